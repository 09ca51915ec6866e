import { wholeValue } from '../../api/quantity';
import { podQuantities } from '../../api/quota/amounts';
import type { Signal } from '../configuration/eviction-configuration';
import type { ReadonlyPod } from '../kubelet-context';

/** What a pod takes of what is scarce. */
export interface PodConsumption {
  readonly pod: ReadonlyPod;
  readonly containers: readonly { readonly name: string; readonly memoryBytes: number; readonly diskBytes: number; readonly processes: number }[];
  readonly volumeBytes: number;
}

/** The resource in requests and in messages that a signal is about. */
export function resourceOf(signal: Signal): 'memory' | 'ephemeral-storage' | 'inodes' | 'pids' {
  if (signal === 'memory.available') return 'memory';
  if (signal === 'pid.available') return 'pids';
  return signal.endsWith('inodesFree') ? 'inodes' : 'ephemeral-storage';
}

/** Who is evicted first: those above their requests, then the least important, then the greatest above their requests. Pure. Follows pkg/kubelet/eviction/helpers.go. */
export function rankForEviction(signal: Signal, pods: readonly PodConsumption[]): readonly PodConsumption[] {
  const resource = resourceOf(signal);
  const above = (consumption: PodConsumption) => usageOf(resource, consumption) - requestOf(resource, consumption.pod);
  const exceeds = (consumption: PodConsumption) => (resource === 'pids' ? 0 : Number(above(consumption) > 0));
  return [...pods].filter(({ pod }) => !isCritical(pod)).sort((a, b) => (
    exceeds(b) - exceeds(a) || (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) || above(b) - above(a)
  ));
}

export function usageOf(resource: ReturnType<typeof resourceOf>, { containers, volumeBytes }: PodConsumption): number {
  switch (resource) {
    case 'memory': return containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    case 'pids': return containers.reduce((sum, { processes }) => sum + processes, 0);
    case 'inodes':
    case 'ephemeral-storage': return volumeBytes + containers.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
  }
}

function requestOf(resource: ReturnType<typeof resourceOf>, { spec }: ReadonlyPod): number {
  const request = podQuantities(spec, 'requests')[resource];
  return request === undefined ? 0 : wholeValue(request);
}

/** Pods that the node or the cluster needs itself: static ones, and those of the two system classes. Pure. */
export function isCritical({ metadata, spec }: ReadonlyPod): boolean {
  const { annotations = {} } = metadata;
  return annotations['kubernetes.io/config.source'] === 'file' || 'kubernetes.io/config.mirror' in annotations || (spec.priority ?? 0) >= 2_000_000_000;
}
