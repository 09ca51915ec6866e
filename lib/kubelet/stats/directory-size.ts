import { lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';

export interface DirectorySize {
  readonly bytes: number;
  readonly inodes: number;
}

/** What a directory and all below it occupy; what cannot be read counts as nothing. Does not follow links. */
export async function directorySize(directory: string): Promise<DirectorySize> {
  const own = await lstat(directory).catch(() => undefined);
  if (!own) return { bytes: 0, inodes: 0 };
  let bytes = own.blocks * 512;
  let inodes = 1;
  if (!own.isDirectory()) return { bytes, inodes };
  for (const name of await readdir(directory).catch(() => [])) {
    const inside = await directorySize(path.join(directory, name));
    bytes += inside.bytes;
    inodes += inside.inodes;
  }
  return { bytes, inodes };
}
