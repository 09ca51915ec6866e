import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import { volumesDirectory } from '../pod-paths';
import { directorySize } from '../stats/directory-size';
import { readPodUsages } from '../stats/pod-usage';
import type { PodConsumption } from './rank';
import type { StorageUsage } from './storage-limits';

type Context = Pick<KubeletContext, 'cri' | 'clock' | 'dataDirectory'>;

/** What each pod takes now. Disks are counted only when asked for: that reads every file. */
export async function measureConsumption(context: Context, pods: readonly ReadonlyPod[], options: { readonly disk: boolean }): Promise<readonly PodConsumption[]> {
  const usages = await readPodUsages(context, pods, options);
  return Promise.all(usages.map(async ({ pod, containers }) => ({
    pod,
    volumeBytes: options.disk ? sum((await emptyDirSizes(context, pod)).values()) : 0,
    containers: await Promise.all(containers.map(async ({ id, name, memoryWorkingSetBytes, writableLayerBytes = 0 }) => ({
      name, memoryBytes: memoryWorkingSetBytes, processes: 0, diskBytes: options.disk ? writableLayerBytes + await logBytes(context, id) : 0,
    }))),
  })));
}

export async function measureStorage(context: Context, pod: ReadonlyPod): Promise<StorageUsage> {
  const limitsContainers = pod.spec.containers.some(({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined);
  const [consumption] = limitsContainers ? await measureConsumption(context, [pod], { disk: true }) : [];
  return { emptyDirs: await emptyDirSizes(context, pod), containers: new Map((consumption?.containers ?? []).map(({ name, diskBytes }) => [name, diskBytes])) };
}

async function emptyDirSizes({ dataDirectory }: Context, pod: ReadonlyPod): Promise<ReadonlyMap<string, number>> {
  const names = (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir).map(({ name }) => name);
  const sizes = await Promise.all(names.map((name) => directorySize(path.join(volumesDirectory(dataDirectory, uidOf(pod)), 'emptyDir', name))));
  return new Map(names.map((name, index) => [name, sizes[index].bytes]));
}

/** Of a container, with what has been rotated away. */
async function logBytes({ cri }: Context, id: string): Promise<number> {
  const logPath = (await cri.containerStatus(id).catch(() => undefined))?.logPath;
  if (!logPath) return 0;
  const directory = path.dirname(logPath);
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.startsWith(path.basename(logPath)));
  return sum(await Promise.all(files.map((name) => stat(path.join(directory, name)).then(({ size }) => size, () => 0))));
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
