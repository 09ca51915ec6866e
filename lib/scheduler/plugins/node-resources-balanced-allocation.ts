import type { NodeInfo } from '../node-info';
import type { Plugin } from '../plugin';
import { type Amounts, podRequests } from '../pod-requests';

/** A node whose cpu and memory would be used to the same degree is better: nothing is left over that nobody can use. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  prepare(pod) {
    const requests = podRequests(pod);
    return { score: (nodes) => nodes.map((node) => balance(requests, node)) };
  },
};

function balance(requests: Amounts, { requested, allocatable }: NodeInfo): number {
  const share = (name: 'cpu' | 'memory', capacity: number) => Math.min(1, ((requested[name] ?? 0) + (requests[name] ?? 0)) / capacity);
  const { cpu = 0, memory = 0 } = allocatable;
  const deviation = cpu > 0 && memory > 0 ? Math.abs(share('cpu', cpu) - share('memory', memory)) / 2 : 0;
  return Math.floor((1 - deviation) * 100);
}
