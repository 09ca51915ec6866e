import type { NodeInfo } from '../node-info';
import type { Plugin } from '../plugin';
import { type Amounts, nonZeroRequests, podRequests } from '../pod-requests';

/** What the pod requests must be free on the node; emptier nodes are better (LeastAllocated). */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  retryOn: ['NodeAdded', 'NodeChanged', 'PodDeleted', 'PodChanged'],
  prepare(pod) {
    const requests = podRequests(pod);
    const assumed = nonZeroRequests(pod);
    return {
      filter(node) {
        const reasons = insufficient(requests, node);
        return reasons.length > 0 ? { reasons } : undefined;
      },
      score: (nodes) => nodes.map((node) => leastAllocated(assumed, node)),
    };
  },
};

/** Why the requests do not fit, a reason per resource, in upstream's words and order. */
export function insufficient(requests: Amounts, { pods, requested, allocatable }: NodeInfo): readonly string[] {
  const reasons = pods.size + 1 > (allocatable['pods'] ?? 0) ? ['Too many pods'] : [];
  for (const name in requests) {
    const amount = requests[name];
    if (amount > 0 && amount > (allocatable[name] ?? 0) - (requested[name] ?? 0)) reasons.push(`Insufficient ${name}`);
  }
  return reasons;
}

function leastAllocated(requests: Amounts, { nonZeroRequested, allocatable }: NodeInfo): number {
  let [sum, count] = [0, 0];
  for (const name of SCORED) {
    const capacity = allocatable[name] ?? 0;
    if (capacity === 0) continue;
    const used = (nonZeroRequested[name] ?? 0) + (requests[name] ?? 0);
    sum += used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity);
    count += 1;
  }
  return count === 0 ? 0 : Math.floor(sum / count);
}

const SCORED = ['cpu', 'memory'] as const;
