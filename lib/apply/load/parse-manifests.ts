import type { Origin } from '../../check/origin';
import { firstLine, readManifests, type ReadProblem } from '../../check/read-manifests';
import type { Manifest } from './manifest';
import type { InputManifest } from './read-input';

/** The objects of a file with any number of YAML (or JSON) documents; Lists are taken apart. Throws with file and line; collects all that is wrong. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const { manifests, problems } = readManifests(text, file);
  return refuseProblems(manifests, problems);
}

/** What an apply needs: all could be read, and each object has a name. */
export function refuseProblems(manifests: readonly InputManifest[], problems: readonly ReadProblem[]): readonly Manifest[] {
  const named = manifests.map(({ object, origin }): Manifest => ({ object, source: sourceOf(origin), ...(origin && { origin }) }));
  const messages = [
    ...problems.map(({ position: { file, line }, message, fix }) => `${file}:${line}: ${message}; ${fix}`),
    ...named.filter(({ object }) => !object.metadata.name).map(({ object, source }) => `${source}: ${object.kind} has no metadata.name; apply needs one to find the object again (generateName is for kubectl create)`),
  ];
  if (messages.length > 0) throw new Error(messages.join('\n'));
  return named;
}

function sourceOf(origin: Origin | undefined): string {
  if (!origin) return 'unknown';
  if (origin.kind === 'yaml') return `${origin.file}:${origin.line + firstLine(origin.text()) - 1}`;
  const [innermost] = origin.trace;
  return innermost ? `${innermost.file}:${innermost.line}` : origin.path;
}
