import { wholeValue } from '../../api/quantity';
import { canonicalBytes } from './canonical-bytes';
import type { MetThreshold } from './pressure';
import { type PodConsumption, resourceOf } from './rank';

/** Why the pod was chosen. Pure. Follows evictionMessage of pkg/kubelet/eviction/helpers.go in 1.28. */
export function evictionMessage({ signal, minimum, available }: MetThreshold, { pod, containers }: PodConsumption): string {
  const resource = resourceOf(signal);
  const text = resource === 'pids' || resource === 'inodes' ? String : canonicalBytes;
  const above = containers.flatMap(({ name, memoryBytes, diskBytes }) => {
    const container = pod.spec.containers.find((candidate) => candidate.name === name);
    const used = resource === 'memory' ? memoryBytes : resource === 'ephemeral-storage' ? diskBytes : undefined;
    if (!container || used === undefined) return [];
    const request = container.resources?.requests?.[resource] ?? '0';
    return used > wholeValue(request) ? [`Container ${name} was using ${text(used)}, request is ${request}, has larger consumption of ${resource}. `] : [];
  });
  return `The node was low on resource: ${resource}. Threshold quantity: ${text(Math.trunc(minimum))}, available: ${text(Math.trunc(available))}. ${above.join('')}`;
}

export const emptyDirMessage = (volume: string, limit: string) => `Usage of EmptyDir volume "${volume}" exceeds the limit "${limit}". `;
export const containerStorageMessage = (container: string, limit: string) => `Container ${container} exceeded its local ephemeral storage limit "${limit}". `;
export const podStorageMessage = (limit: string) => `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `;
/** Of a pod that comes while the node is short. */
export const conditionMessage = (pressures: readonly string[]) => `The node had condition: [${pressures.join(' ')}]. `;
