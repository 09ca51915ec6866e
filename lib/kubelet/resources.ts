import { milliValue, wholeValue } from '../api/quantity';
import type { ContainerResources } from '../cri/cri';
import type { ReadonlyContainer, ReadonlyPod } from './kubelet-context';

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COMPUTE = ['cpu', 'memory'] as const;

/** As upstream's GetPodQOS. Pure. */
export function qualityOfService({ spec, status }: ReadonlyPod): QualityOfService {
  if (status?.qosClass) return status.qosClass as QualityOfService;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const resources = containers.map((container) => container.resources ?? {});
  if (resources.every(({ requests, limits }) => COMPUTE.every((name) => !isSet(requests?.[name]) && !isSet(limits?.[name])))) return 'BestEffort';
  const guaranteed = resources.every(({ requests, limits }) => COMPUTE.every((name) => {
    const limit = limits?.[name];
    return isSet(limit) && wholeMilli(requests?.[name] ?? limit) === wholeMilli(limit);
  }));
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const isSet = (quantity: string | number | undefined): quantity is string | number => quantity !== undefined && wholeMilli(quantity) > 0;
const wholeMilli = (quantity: string | number) => milliValue(quantity);

/** Engine settings for what the container asks for. Pure. Follows pkg/kubelet/kuberuntime (generateLinuxContainerResources) and pkg/kubelet/qos. */
export function containerResources(pod: ReadonlyPod, { resources }: ReadonlyContainer, nodeMemory: number): ContainerResources {
  const { requests = {}, limits = {} } = resources ?? {};
  const cpuRequest = requests.cpu ?? limits.cpu;
  const memoryLimit = limits.memory === undefined ? 0 : wholeValue(limits.memory);
  return {
    cpuShares: Math.min(262_144, Math.max(2, Math.floor((milliValue(cpuRequest ?? 0) * 1024) / 1000))),
    ...(limits.cpu !== undefined && milliValue(limits.cpu) > 0 && { cpuQuota: Math.max(1000, milliValue(limits.cpu) * 100) }),
    ...(memoryLimit > 0 && { memoryBytes: memoryLimit }),
    oomScoreAdjustment: oomScore(pod, wholeValue(requests.memory ?? limits.memory ?? 0), nodeMemory),
  };
}

function oomScore(pod: ReadonlyPod, memoryRequest: number, nodeMemory: number): number {
  if ((pod.spec.priority ?? 0) >= 2_000_000_000) return -997;
  switch (qualityOfService(pod)) {
    case 'Guaranteed': return -997;
    case 'BestEffort': return 1000;
    case 'Burstable': return Math.min(999, Math.max(3, Math.floor(1000 - (1000 * memoryRequest) / Math.max(1, nodeMemory))));
  }
}
