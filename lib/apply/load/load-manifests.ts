import type { Manifest } from './manifest';
import { refuseProblems } from './parse-manifests';
import { type InputOptions, readInput } from './read-input';

/** Reads everything or nothing: any file that is wrong rejects, with file and line. */
export async function loadManifests(options: InputOptions): Promise<readonly Manifest[]> {
  const { manifests, problems } = await readInput(options);
  return refuseProblems(manifests, problems);
}
