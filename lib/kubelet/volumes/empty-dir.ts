import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { wholeValue } from '../../api/quantity';
import type { ReadonlyPod } from '../kubelet-context';
import type { VolumePlugin } from './volume-plugin';

const run = promisify(execFile);

/** A directory that lives as long as the pod; in memory when asked for. Follows pkg/volume/emptydir of Kubernetes 1.28. */
export const emptyDirVolume: VolumePlugin<'emptyDir'> = {
  source: 'emptyDir',
  live: false,

  async setUp({ medium, sizeLimit }, { directory, pod, allocatable }) {
    await mkdir(directory, { recursive: true });
    if (medium === 'Memory' && !(await isMountPoint(directory))) {
      await run('mount', ['-t', 'tmpfs', '-o', `mode=0777,size=${memorySize(pod, sizeLimit, allocatable().memory)}`, 'tmpfs', directory]);
    }
    const group = pod.spec.securityContext?.fsGroup;
    if (group !== undefined) await chown(directory, 0, group);
    await chmod(directory, group === undefined ? 0o777 : 0o2777);
    return { hostPath: directory, readOnly: false };
  },

  async tearDown(directory) {
    if (await isMountPoint(directory)) await run('umount', ['-l', directory]);
    await rm(directory, { recursive: true, force: true });
  },
};

/** No more than the pod may use of the node's memory, however large the volume may be. Pure. Follows SizeMemoryBackedVolumes. */
export function memorySize({ spec }: ReadonlyPod, sizeLimit: string | number | undefined, nodeMemory: string | undefined): number {
  const limits = spec.containers.map(({ resources }) => resources?.limits?.memory);
  const ofPod = limits.every((limit) => limit !== undefined) ? limits.reduce<number>((sum, limit) => sum + wholeValue(limit), 0) : 0;
  const bounds = [sizeLimit === undefined ? 0 : wholeValue(sizeLimit), ofPod, wholeValue(nodeMemory ?? 0)].filter((bound) => bound > 0);
  return bounds.length === 0 ? 0 : Math.min(...bounds);
}

async function isMountPoint(directory: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return mounts.split('\n').some((line) => line.split(' ')[1]?.replaceAll('\\040', ' ') === directory);
}
