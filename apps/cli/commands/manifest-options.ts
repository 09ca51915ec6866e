import { text } from 'node:stream/consumers';
import type { ProgramReport, ReportedImage } from '../../../lib/api/program-report';
import type { Manifest } from '../../../lib/apply/load/manifest';
import type { CommandArgument, Invocation } from './command';
import { withEnvironment } from './program-options';

export const manifestArgument: CommandArgument = { name: 'what', summary: 'a program (.ts), a folder, a YAML file, or - for stdin (default: main.ts)' };

export interface Loaded {
  readonly manifests: readonly Manifest[];
  /** The argument, or its default. */
  readonly what: string;
  /** What the program builds. */
  readonly images: readonly ReportedImage[];
}

/** The objects that the argument names. */
export async function loadArgument({ args, options, environment, out }: Invocation): Promise<Loaded> {
  const { loadManifests } = await import('../../../lib/apply/load/load-manifests.js');
  const what = args[0] ?? 'main.ts';
  let report: ProgramReport | undefined;
  const manifests = await loadManifests({
    onReport: (told) => { report = told; },
    what, cwd: process.cwd(), environment: withEnvironment(environment, options), readStdin: () => text(process.stdin), onOutput: (printed) => out.note(printed.trimEnd()),
  });
  if (manifests.length === 0) throw new Error(`there is no object in ${what}`);
  return { manifests, what, images: report?.images ?? [] };
}
