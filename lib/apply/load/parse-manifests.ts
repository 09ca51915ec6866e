import { firstLine, readManifests, type ReadManifest } from '../../check/read-manifests';
import type { Manifest } from './manifest';

/** The objects of a file with any number of YAML (or JSON) documents; Lists are taken apart. Throws with file and line; collects all that is wrong. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const { manifests, problems } = readManifests(text, file);
  const unnamed = manifests.filter(({ object }) => !object.metadata.name);
  const messages = [
    ...problems.map(({ position: { line }, message, fix }) => `${file}:${line}: ${message}; ${fix}`),
    ...unnamed.map((manifest) => `${sourceOf(manifest)}: ${manifest.object.kind} has no metadata.name; apply needs one to find the object again (generateName is for kubectl create)`),
  ];
  if (messages.length > 0) throw new Error(messages.join('\n'));
  return manifests.map((manifest) => ({ object: manifest.object, source: sourceOf(manifest), origin: manifest.origin }));
}

const sourceOf = ({ origin }: ReadManifest) => `${origin.file}:${origin.line + firstLine(origin.text()) - 1}`;
