import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { toTime } from '../../base/clock';
import { nameOf, namespaceOf, uidOf, type KubeletContext } from '../kubelet-context';
import { volumesDirectory } from '../pod-paths';
import type { CpuRates } from './cpu-rates';
import { directorySize } from './directory-size';
import type { DiskUsage, NodeUsage } from './node-usage';
import { type ContainerUsage, type PodUsage, sumOf } from './pod-usage';

/** Shared by everything one summary is made of. */
export interface SummaryContext {
  readonly context: Pick<KubeletContext, 'dataDirectory' | 'nodeName' | 'nodeAddress' | 'cri'>;
  readonly rates: CpuRates;
  /** The disk of the node's own files; undefined: only processors and memory are asked for. */
  readonly disk: DiskUsage | undefined;
}

/** `stats/v1alpha1` NodeStats. */
export function nodeStats({ context, rates, disk }: SummaryContext, { at, bootAt, cpuNanoseconds, memory, interfaces }: NodeUsage, imageBytes: number): object {
  const time = toTime(at);
  const [first] = interfaces;
  return {
    nodeName: context.nodeName, startTime: toTime(bootAt),
    cpu: cpu(rates, 'node', { at, cpuNanoseconds }), memory: { time, ...memory },
    ...(disk && {
      ...(first && { network: { time, ...first, interfaces } }),
      fs: { time, ...disk }, runtime: { imageFs: { time, ...disk, usedBytes: imageBytes } },
    }),
  };
}

/** `stats/v1alpha1` PodStats. */
export async function podStats(summary: SummaryContext, { pod, containers }: PodUsage, time: string): Promise<object> {
  const { rates, disk } = summary;
  const network = containers.find((usage) => usage.network)?.network;
  const stats = await Promise.all(containers.map((usage) => containerStats(summary, usage)));
  const cpus = containers.map((usage) => cpu(rates, usage.id, usage));
  const rate = cpus.every(({ usageNanoCores }) => usageNanoCores !== undefined) ? sumOf(cpus, ({ usageNanoCores = 0 }) => usageNanoCores) : undefined;
  const sum = (of: (usage: ContainerUsage) => number) => sumOf(containers, of);
  return {
    podRef: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
    startTime: pod.status?.startTime,
    containers: stats.map(({ stats: container }) => container),
    cpu: { time, ...(rate !== undefined && { usageNanoCores: rate }), usageCoreNanoSeconds: sum(({ cpuNanoseconds }) => cpuNanoseconds) },
    memory: {
      time, usageBytes: sum(({ memoryUsageBytes }) => memoryUsageBytes), workingSetBytes: sum(({ memoryWorkingSetBytes }) => memoryWorkingSetBytes), rssBytes: sum(({ memoryRssBytes }) => memoryRssBytes),
      pageFaults: sum(({ pageFaults = 0 }) => pageFaults), majorPageFaults: sum(({ majorPageFaults = 0 }) => majorPageFaults),
    },
    ...(network && disk && { network: { time, name: 'eth0', rxBytes: network.receivedBytes, rxErrors: network.receiveErrors ?? 0, txBytes: network.sentBytes, txErrors: network.sendErrors ?? 0 } }),
    ...(disk && await storageStats(summary, disk, pod, { time, ownBytes: sumOf(stats, ({ bytes }) => bytes) })),
  };
}

async function storageStats({ context }: SummaryContext, disk: DiskUsage, pod: PodUsage['pod'], { time, ownBytes }: { readonly time: string; readonly ownBytes: number }): Promise<object> {
  const volumes = await Promise.all((pod.spec.volumes ?? []).map(async (volume) => {
    const source = volumeSourceOf(volume);
    const { bytes, inodes } = await directorySize(path.join(volumesDirectory(context.dataDirectory, uidOf(pod)), source, volume.name));
    return { source, bytes, inodes, stats: { time, name: volume.name, ...disk, usedBytes: bytes, inodesUsed: inodes } };
  }));
  const local = volumes.filter(({ source, inodes }) => inodes > 0 && source !== 'persistentVolumeClaim');
  const usedBytes = ownBytes + sumOf(local, ({ bytes }) => bytes);
  return {
    ...(local.length > 0 && { volume: local.map(({ stats }) => stats) }),
    'ephemeral-storage': { time, ...disk, usedBytes, inodesUsed: sumOf(local, ({ inodes }) => inodes) },
  };
}

async function containerStats({ context, rates, disk }: SummaryContext, usage: ContainerUsage): Promise<{ readonly stats: object; readonly bytes: number }> {
  const time = toTime(usage.at);
  const logPath = disk && (await context.cri.containerStatus(usage.id).catch(() => undefined))?.logPath;
  const logBytes = logPath ? (await stat(logPath).catch(() => ({ size: 0 }))).size : 0;
  const writtenBytes = usage.writableLayerBytes ?? 0;
  const stats = {
    name: usage.name, startTime: toTime(usage.startedAt), cpu: cpu(rates, usage.id, usage),
    memory: {
      time, usageBytes: usage.memoryUsageBytes, workingSetBytes: usage.memoryWorkingSetBytes, rssBytes: usage.memoryRssBytes, pageFaults: usage.pageFaults ?? 0, majorPageFaults: usage.majorPageFaults ?? 0,
    },
    ...(disk && { rootfs: { time, ...disk, usedBytes: writtenBytes }, logs: { time, ...disk, usedBytes: logBytes } }),
  };
  return { stats, bytes: writtenBytes + logBytes };
}

function cpu(rates: CpuRates, id: string, { at, cpuNanoseconds }: { readonly at: number; readonly cpuNanoseconds: number }) {
  const usageNanoCores = rates.tryRate(id, { at, nanoseconds: cpuNanoseconds });
  return { time: toTime(at), ...(usageNanoCores !== undefined && { usageNanoCores }), usageCoreNanoSeconds: Math.round(cpuNanoseconds) };
}

/** Which field says where the volume comes from; none is an emptyDir. */
const volumeSourceOf = (volume: object) => Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
