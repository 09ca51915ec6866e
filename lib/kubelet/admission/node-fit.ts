import { milliValue, wholeValue } from '../../api/quantity';
import { podQuantities } from '../../api/quota/amounts';
import type { ReadonlyPod } from '../kubelet-context';
import type { WaitingReason } from '../waiting-reason';

/** A node and what is promised of it already. */
export interface NodeRoom {
  readonly allocatable: Readonly<Record<string, string>>;
  /** The pods that are there or come before this one. */
  readonly others: readonly ReadonlyPod[];
}

/**
 * Why the pod does not fit on its node: the scheduler has been passed over, or saw the node as it no longer is. Pure.
 * Follows the resources of generalFilter in pkg/kubelet/lifecycle/predicate.go.
 */
export function roomProblem(pod: ReadonlyPod, { allocatable, others }: NodeRoom): WaitingReason | undefined {
  if (allocatable.pods === undefined) return undefined;
  if (others.length + 1 > Number(allocatable.pods)) return outOf('pods', 1, others.length, Number(allocatable.pods));
  const requests = podQuantities(pod.spec, 'requests');
  for (const [name, quantity] of Object.entries(requests)) {
    const amount = (text: string) => (name === 'cpu' ? milliValue(text) : wholeValue(text));
    const requested = amount(quantity);
    if (requested === 0 || isUnknownExtended(name, allocatable)) continue;
    const used = others.reduce((sum, other) => sum + amount(podQuantities(other.spec, 'requests')[name] ?? '0'), 0);
    const capacity = amount(allocatable[name] ?? '0');
    if (requested > capacity - used) return outOf(name, requested, used, capacity);
  }
  return undefined;
}

/** Somebody else's resource that the scheduler has seen and this node has not yet heard of is not the node's to refuse (removeMissingExtendedResources). */
function isUnknownExtended(name: string, allocatable: NodeRoom['allocatable']): boolean {
  return allocatable[name] === undefined && name.includes('/') && !name.includes('kubernetes.io/');
}

function outOf(resource: string, requested: number, used: number, capacity: number): WaitingReason {
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}` };
}

/** Of two pods that are not there yet, the older comes first; every pod sees the same order. Pure. */
export function comesBefore(other: ReadonlyPod, pod: ReadonlyPod): boolean {
  if (other.status?.startTime) return true;
  const key = ({ metadata: { creationTimestamp = '', uid = '' } }: ReadonlyPod) => `${creationTimestamp}/${uid}`;
  return key(other) < key(pod);
}
