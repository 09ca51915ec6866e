import { text } from 'node:stream/consumers';
import type { ProgramReport, ReportedImage } from '../../../lib/api/program-report';
import type { Manifest } from '../../../lib/apply/load/manifest';
import type { CommandArgument, Invocation } from './command';
import { withEnvironment } from './program-options';

export const manifestArgument: CommandArgument = { name: 'what', summary: 'programs (.ts), folders, YAML files, or - for stdin (default: main.ts)', variadic: true };

export interface Loaded {
  readonly manifests: readonly Manifest[];
  /** The argument, or its default; the folder where there are several. It names an application that does not say its name. */
  readonly what: string;
  /** What the program builds. */
  readonly images: readonly ReportedImage[];
}

/** The objects that the arguments name. */
export const loadArguments = (invocation: Invocation): Promise<Loaded> => loadManifestsOf(invocation.args.length > 0 ? invocation.args : ['main.ts'], invocation);

/** The objects of programs, folders, files and the standard input, together. */
export async function loadManifestsOf(whats: readonly string[], { options, environment, out }: Pick<Invocation, 'options' | 'environment' | 'out'>): Promise<Loaded> {
  const { loadManifests } = await import('../../../lib/apply/load/load-manifests.js');
  if (whats.filter((what) => what === '-').length > 1) throw new Error('the standard input (-) can be read once only');
  const reports: ProgramReport[] = [];
  const manifests: Manifest[] = [];
  for (const what of whats) {
    const found = await loadManifests({
      onReport: (report) => void reports.push(report),
      what, cwd: process.cwd(), environment: withEnvironment(environment, options), readStdin: () => text(process.stdin), onOutput: (printed) => out.note(printed.trimEnd()),
    });
    if (found.length === 0) throw new Error(`there is no object in ${what}`);
    manifests.push(...found);
  }
  return { manifests, what: whats.length === 1 ? whats[0] ?? '' : '.', images: reports.flatMap(({ images = [] }) => images) };
}
