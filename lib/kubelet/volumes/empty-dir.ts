import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { wholeValue } from '../../api/quantity';
import type { VolumePlugin } from './volume-plugin';

const run = promisify(execFile);

/** A directory that lives as long as the pod; in memory when asked for. Follows pkg/volume/emptydir of Kubernetes 1.28. */
export const emptyDirVolume: VolumePlugin<'emptyDir'> = {
  source: 'emptyDir',
  live: false,

  async setUp({ medium, sizeLimit }, { directory, pod }) {
    await mkdir(directory, { recursive: true });
    if (medium === 'Memory' && !(await isMountPoint(directory))) {
      const size = sizeLimit === undefined ? [] : [`size=${wholeValue(sizeLimit)}`];
      await run('mount', ['-t', 'tmpfs', '-o', ['mode=0777', ...size].join(','), 'tmpfs', directory]);
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

async function isMountPoint(directory: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return mounts.split('\n').some((line) => line.split(' ')[1]?.replaceAll('\\040', ' ') === directory);
}
