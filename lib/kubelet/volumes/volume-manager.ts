import { mkdir, readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import { volumesDirectory } from '../pod-paths';
import type { MountedVolume, MountedVolumes } from '../volume-mounts';
import { forgetTokens } from './service-account-token';
import { pluginOf, VOLUME_PLUGINS } from './index';
import type { VolumeContext } from './volume-plugin';

type Volume = DeepReadonly<core.Volume>;

/** Sets up and tears down the volumes of pods. */
export class VolumeManager {
  constructor(private readonly context: KubeletContext) {}

  /** Brings every volume to what it should show now. Rejects with one sentence per volume that cannot be. */
  async setUp(pod: ReadonlyPod, podIp: string, which: (volume: Volume) => boolean = () => true): Promise<MountedVolumes> {
    const volumes = (pod.spec.volumes ?? []).filter(which);
    const results = await Promise.allSettled(volumes.map((volume) => this.setUpOne(pod, podIp, volume)));
    const problems = results.flatMap((result, index) => (
      result.status === 'rejected' ? [`MountVolume.SetUp failed for volume "${volumes[index].name}" : ${result.reason instanceof Error ? result.reason.message : String(result.reason)}`] : []
    ));
    if (problems.length > 0) throw new VolumeError(problems);
    return new Map(results.flatMap((result, index): [string, MountedVolume][] => (result.status === 'fulfilled' ? [[volumes[index].name, result.value]] : [])));
  }

  /** When a volume has to be set up again though nothing changed. */
  async refreshAt(pod: ReadonlyPod): Promise<number | undefined> {
    const times = await Promise.all((pod.spec.volumes ?? []).map((volume) => {
      const { plugin, source } = pluginOf(volume);
      return plugin.refreshAt?.(source, this.contextOf(pod, '', volume, plugin.source));
    }));
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** By what is on disk, so that it works for a pod that nobody knows any more. */
  async tearDown(podUid: string): Promise<void> {
    forgetTokens(this.context.client, podUid);
    const directory = volumesDirectory(this.context.dataDirectory, podUid);
    for (const source of await readdir(directory).catch(() => [])) {
      const plugin = VOLUME_PLUGINS.find((candidate) => candidate.source === source);
      for (const name of await readdir(path.join(directory, source))) await plugin?.tearDown(path.join(directory, source, name));
    }
    await rm(directory, { recursive: true, force: true });
  }

  private async setUpOne(pod: ReadonlyPod, podIp: string, volume: Volume): Promise<MountedVolume> {
    const { plugin, source } = pluginOf(volume);
    const context = this.contextOf(pod, podIp, volume, plugin.source);
    await mkdir(path.dirname(context.directory), { recursive: true });
    return plugin.setUp(source, context);
  }

  private contextOf(pod: ReadonlyPod, podIp: string, { name }: Volume, source: string): VolumeContext {
    return { ...this.context, pod, name, podIp, directory: path.join(volumesDirectory(this.context.dataDirectory, uidOf(pod)), source, name) };
  }
}

export class VolumeError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'VolumeError';
  }
}

/** Whether the volume's content follows changes in the API. */
export const isLive = (volume: Volume) => pluginOf(volume).plugin.live;
