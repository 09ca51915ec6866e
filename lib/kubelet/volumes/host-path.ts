import { mkdir, open, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import type { VolumePlugin } from './volume-plugin';

const CHECKS: Readonly<Record<string, { readonly name: string; readonly is: (info: Stats) => boolean }>> = {
  Directory: { name: 'a directory', is: (info) => info.isDirectory() },
  File: { name: 'a file', is: (info) => info.isFile() },
  Socket: { name: 'a socket file', is: (info) => info.isSocket() },
  CharDevice: { name: 'a character device', is: (info) => info.isCharacterDevice() },
  BlockDevice: { name: 'a block device', is: (info) => info.isBlockDevice() },
};

/** A path of the node, made or checked as its type says. Nothing of it is removed with the pod. Follows pkg/volume/hostpath of Kubernetes 1.28. */
export const hostPathVolume: VolumePlugin<'hostPath'> = {
  source: 'hostPath',
  live: false,

  async setUp({ path, type = '' }, { hostRoot }) {
    await ensureHostPath(path, type, hostRoot);
    return { hostPath: path, hostRoot, readOnly: false };
  },

  tearDown: () => Promise.resolve(),
};

export async function ensureHostPath(path: string, type: string, hostRoot: string): Promise<void> {
  const local = `${hostRoot}${path}`;
  const info = await stat(local).catch(() => undefined);
  if (!info && (type === 'DirectoryOrCreate' || type === '')) {
    // The engine makes a missing path without a type, as upstream's runtimes do.
    await mkdir(local, { recursive: true, mode: 0o755 });
    return;
  }
  if (!info && type === 'FileOrCreate') {
    await (await open(local, 'a', 0o644)).close();
    return;
  }
  const check = CHECKS[type.replace('OrCreate', '')];
  if (check && (!info || !check.is(info))) throw new Error(`hostPath type check failed: ${path} is not ${check.name}`);
}
