import type { NodeInfo } from '../node-info';
import type { Plugin } from '../plugin';
import { type Amounts, podRequests } from '../pod-requests';

/** A node whose cpu and memory would be used to the same degree is better: nothing is left over that nobody can use. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  prepare(pod) {
    const requests = podRequests(pod);
    return { score: (node) => balance(requests, node) };
  },
};

function balance(requests: Amounts, { requested, allocatable }: NodeInfo): number {
  const shares = ['cpu', 'memory'].flatMap((name) => {
    const capacity = allocatable[name] ?? 0;
    return capacity > 0 ? [Math.min(1, ((requested[name] ?? 0) + (requests[name] ?? 0)) / capacity)] : [];
  });
  const deviation = shares.length === 2 ? Math.abs(shares[0] - shares[1]) / 2 : 0;
  return Math.floor((1 - deviation) * 100);
}
