import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import type { k8s } from './kubernetes';
import { objectName } from './object-name';
import type { PodDraft, PodPart } from './pod-draft';

/** A volume of files at a path of the process. */
export class MountedFiles implements PodPart {
  /** @internal */
  constructor(private readonly name: string, private readonly source: Omit<k8s.Volume, 'name'>, private readonly mount: Omit<k8s.VolumeMount, 'name'>) {}

  /** @internal */
  _addTo(pod: PodDraft): void {
    pod.mount({ name: this.name, ...this.source }, { ...this.mount, readOnly: true });
  }
}

/** Name of the volume of a construct's files; another one for each choice of them, which can all be in one pod. */
export function volumeNameOf(construct: Construct, chosen?: readonly unknown[]): string {
  const name = `files-${objectName(construct)}`;
  return chosen ? `${name}-${createHash('sha256').update(JSON.stringify(chosen)).digest('hex').slice(0, 4)}` : name;
}

/** Which file each key is in. Throws for a key that is not there, and for two of the same file. */
export function chosenFiles(construct: Construct, keys: readonly string[], names: Readonly<Partial<Record<string, string>>> | undefined): readonly { readonly key: string; readonly path: string }[] {
  const what = `${construct.constructor.name} "${construct.node.id}"`;
  const chosen = names ? Object.entries(names).flatMap(([key, path]) => (path === undefined ? [] : [{ key, path }])) : keys.map((key) => ({ key, path: key }));
  if (chosen.length === 0) throw new Error(`${what}: asFiles has nothing to show; declare a value, or leave it out`);
  const seen = new Set<string>();
  for (const { key, path } of chosen) {
    if (!keys.includes(key)) throw new Error(`${what}: asFiles: there is no ${key}; it has: ${keys.join(', ')}`);
    checkRelativePath(`${what}: asFiles`, path);
    if (seen.has(path)) throw new Error(`${what}: asFiles: two values are in the file ${path}; give each its own`);
    seen.add(path);
  }
  return chosen;
}

/** A path below a folder, as volumes take it. */
export function checkRelativePath(what: string, path: string): string {
  const words = path.split('/');
  if (path !== '' && words.every((word) => word !== '' && word !== '.' && word !== '..')) return path;
  throw new Error(`${what}: "${path}" is not the path of a file below the folder; write it like conf.d/shop.conf`);
}
