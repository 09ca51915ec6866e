import { text } from 'node:stream/consumers';
import type { Manifest } from '../../../lib/apply/load/manifest';
import type { CommandArgument, Invocation } from './command';
import { withEnvironment } from './program-options';

export const manifestArgument: CommandArgument = { name: 'what', summary: 'a program (.ts), a folder, a YAML file, or - for stdin (default: main.ts)' };

/** The objects that the argument names. */
export async function loadArgument({ args, options, environment, out }: Invocation): Promise<{ readonly manifests: readonly Manifest[]; readonly what: string }> {
  const { loadManifests } = await import('../../../lib/apply/load/load-manifests.js');
  const what = args[0] ?? 'main.ts';
  const manifests = await loadManifests({
    what, cwd: process.cwd(), environment: withEnvironment(environment, options), readStdin: () => text(process.stdin), onOutput: (printed) => out.note(printed.trimEnd()),
  });
  if (manifests.length === 0) throw new Error(`there is no object in ${what}`);
  return { manifests, what };
}
