import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Mount } from '../cri/cri';
import { expand } from './environment/expand';
import type { ReadonlyContainer } from './kubelet-context';

export interface MountedVolume {
  readonly hostPath: string;
  /** What is before the path when this process looks at it. @default '' */
  readonly hostRoot?: string;
  readonly readOnly: boolean;
}

/** By name of the volume. */
export type MountedVolumes = ReadonlyMap<string, MountedVolume>;

interface Scope {
  readonly container: ReadonlyContainer;
  readonly volumes: MountedVolumes;
}

/** The volume mounts of a container; makes the directory of a subPath that does not exist. */
export async function volumeMounts({ container, volumes }: Scope, environment: ReadonlyMap<string, string>): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const { name, mountPath, readOnly = false, subPath, subPathExpr, mountPropagation } of container.volumeMounts ?? []) {
    const volume = volumes.get(name);
    if (!volume) throw new Error(`cannot find volume "${name}" to mount into container "${container.name}"`);
    const below = subPathExpr ? expandSubPath(subPathExpr, environment) : subPath;
    mounts.push({
      hostPath: below ? await subPathOf(volume, below, name, container) : volume.hostPath,
      containerPath: path.posix.isAbsolute(mountPath) ? mountPath : `/${mountPath}`,
      readOnly: readOnly || volume.readOnly,
      ...(mountPropagation && { propagation: mountPropagation as Mount['propagation'] }),
    });
  }
  return mounts;
}

async function subPathOf({ hostPath, hostRoot = '' }: MountedVolume, below: string, name: string, container: ReadonlyContainer): Promise<string> {
  try {
    return (await ensureSubPath(`${hostRoot}${hostPath}`, below)).slice(hostRoot.length);
  } catch (error) {
    // What exactly is wrong would tell the pod's owner about the node's file system.
    throw new Error(`failed to prepare subPath for volumeMount "${name}" of container "${container.name}"`, { cause: error });
  }
}

function expandSubPath(expression: string, environment: ReadonlyMap<string, string>): string {
  const missing: string[] = [];
  const result = expand(expression, (name) => {
    const value = environment.get(name);
    if (value === undefined) missing.push(name);
    return value;
  });
  if (missing.length > 0) throw new Error(`missing value for "${missing[0]}"`);
  return result;
}

/** Never leaves the volume: not by `..`, and not through a symbolic link that a container made. */
async function ensureSubPath(volume: string, below: string): Promise<string> {
  if (path.posix.isAbsolute(below)) throw new Error(`subPath "${below}" must be a relative path`);
  if (below.split('/').includes('..')) throw new Error(`subPath "${below}" must not contain ".."`);
  const wanted = path.join(volume, below);
  const isDirectory = await stat(volume).then((info) => info.isDirectory(), () => false);
  if (!isDirectory) throw new Error(`subPath "${below}" of ${volume}: the volume is not a directory`);
  const root = await realpath(volume);
  await refuseEscape(root, wanted, below);
  if (!(await lstat(wanted).catch(() => undefined))) await mkdir(wanted, { recursive: true, mode: 0o750 });
  return realpath(wanted);
}

async function refuseEscape(root: string, wanted: string, below: string): Promise<void> {
  for (let existing = wanted; ; existing = path.dirname(existing)) {
    const real = await realpath(existing).catch(() => undefined);
    if (real === undefined) continue;
    if (real !== root && !real.startsWith(`${root}/`)) throw new Error(`subPath "${below}" leads out of the volume`);
    return;
  }
}
