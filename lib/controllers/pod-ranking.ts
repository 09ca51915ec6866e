import type { DeepReadonly } from '../base/deep-readonly';
import { isPodReady, tryPodCondition } from '../api/pods';
import type { Pod } from '../api/types';

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods in the order in which they should be deleted: those that are missed least first. `perNode` counts the pods of the same purpose on a node;
 * a pod with company goes before one that is alone. Follows ActivePodsWithRanks of Kubernetes 1.28.
 */
export function sortForDeletion(pods: readonly DeepReadonly<Pod>[], perNode: ReadonlyMap<string, number>, now: number): readonly DeepReadonly<Pod>[] {
  const ranked = pods.map((pod) => ({ pod, ranks: ranksOf(pod, perNode, now) }));
  return ranked.sort((a, b) => compare(a.ranks, b.ranks)).map(({ pod }) => pod);
}

/** Smaller is deleted first; compared from left to right. */
function ranksOf(pod: DeepReadonly<Pod>, perNode: ReadonlyMap<string, number>, now: number): readonly number[] {
  const ready = isPodReady(pod);
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 1,
    ready ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0, // what is no number costs nothing
    -(perNode.get(pod.spec.nodeName ?? '') ?? 0),
    ready ? magnitude(now, tryPodCondition(pod, 'Ready')?.lastTransitionTime) : 0,
    -Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    magnitude(now, pod.metadata.creationTimestamp),
  ];
}

/** Ages count by their order of magnitude only, so that which one goes is not always the same. Unknown counts as young. */
const magnitude = (now: number, time?: string) => (time ? Math.floor(Math.log2(Math.max(1, now - Date.parse(time)))) : 0);

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) if (rank !== b[i]) return rank - b[i];
  return 0;
}

export function countPerNode(pods: readonly DeepReadonly<Pod>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { spec: { nodeName } } of pods) if (nodeName) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  return counts;
}
