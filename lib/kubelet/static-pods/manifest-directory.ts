import { watch } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from '../../base/clock';

/** An editor writes a file in several steps. */
const SETTLE = 200;

export interface Manifest {
  readonly file: string;
  readonly text: string;
}

/** The manifests in the directory by name; hidden files are none. */
export async function readManifests(directory: string): Promise<readonly Manifest[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(directory, name), 'utf8').catch(() => undefined)));
  return names.flatMap((name, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ file: path.join(directory, name), text }];
  });
}

/** Calls back a moment after anything in the directory changed, until the signal aborts. Makes the directory. */
export async function watchManifests(directory: string, changed: () => void, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  let cancel = () => {};
  const watcher = watch(directory, { persistent: false, signal }, () => {
    cancel();
    cancel = clock.setTimer(SETTLE, changed);
  });
  watcher.on('error', () => undefined); // ends with the signal; what changes without being seen is found by the next relist
}
