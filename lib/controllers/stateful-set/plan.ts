import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodAvailable, isPodReady, isPodTerminated } from '../../api/pods';
import type { Pod, StatefulSet } from '../../api/types';
import { REVISION_LABEL, tryOrdinal } from './identity';

type Set = DeepReadonly<StatefulSet>;
type ReadPod = DeepReadonly<Pod>;

export interface StatefulPlan {
  readonly create: readonly number[];
  readonly remove: readonly ReadPod[];
}

/** The names of the two revisions that may run beside each other. */
export interface RevisionNames {
  readonly current: string;
  readonly update: string;
}

export const revisionOf = ({ metadata }: ReadPod) => metadata.labels?.[REVISION_LABEL] ?? '';

export function ordinalRange({ spec }: Set): { readonly first: number; readonly end: number } {
  const first = spec.ordinals?.start ?? 0;
  return { first, end: first + (spec.replicas ?? 1) };
}

const isReady = (pod: ReadPod) => pod.status?.phase === 'Running' && isPodReady(pod);
const isHealthy = (pod: ReadPod) => isReady(pod) && !pod.metadata.deletionTimestamp;

export function isInRange(set: Set, pod: ReadPod): boolean {
  const { first, end } = ordinalRange(set);
  const ordinal = tryOrdinal(set, pod) ?? -1;
  return ordinal >= first && ordinal < end;
}

/**
 * What to do now: with ordered pods one step at a time and only beside those that are available, with parallel ones everything at once; an update goes from
 * the highest ordinal down, one pod at a time. Pure. Follows updateStatefulSet of Kubernetes 1.28.
 */
export function planStatefulSet(set: Set, pods: readonly ReadPod[], revisions: RevisionNames, now: number): StatefulPlan {
  const { first, end } = ordinalRange(set);
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(pods.flatMap((pod) => { const ordinal = tryOrdinal(set, pod); return ordinal === undefined ? [] : [[ordinal, pod] as const]; }));
  const isAvailable = (pod: ReadPod) => isReady(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const plan = { create: [] as number[], remove: [] as ReadPod[] };

  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) plan.create.push(ordinal);
    else if (isPodTerminated(pod) && !pod.metadata.deletionTimestamp) plan.remove.push(pod);
    if (ordered && (!pod || pod.metadata.deletionTimestamp || !isAvailable(pod))) return plan;
  }

  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal < first || ordinal >= end).sort(([a], [b]) => b - a).map(([, pod]) => pod);
  const firstUnhealthy = condemned.findLast((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    if (ordered && (pod.metadata.deletionTimestamp || (!isAvailable(pod) && pod !== firstUnhealthy))) return plan;
    if (!pod.metadata.deletionTimestamp) plan.remove.push(pod);
    if (ordered) return plan;
  }
  if (set.spec.updateStrategy?.type === 'OnDelete' || plan.create.length > 0 || plan.remove.length > 0) return plan;

  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = end - 1; ordinal >= first + partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod && revisionOf(pod) !== revisions.update && !pod.metadata.deletionTimestamp) return { ...plan, remove: [pod] };
    if (!pod || !isHealthy(pod)) return plan;
  }
  return plan;
}

/**
 * Whether a pod that is made now still gets the old template: below the partition, or not yet reached by the update, which comes down from the highest ordinal. Pure.
 */
export function needsCurrentRevision(set: Set, ordinal: number, pods: readonly ReadPod[], { update }: RevisionNames): boolean {
  if (set.spec.updateStrategy?.type === 'OnDelete') return false;
  const { first, end } = ordinalRange(set);
  if (ordinal < first + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0)) return true;
  return pods.some((pod) => {
    const other = tryOrdinal(set, pod) ?? -1;
    return other > ordinal && other < end && revisionOf(pod) !== update;
  });
}

/** Pure. */
export function computeStatus(set: Set, pods: readonly ReadPod[], revisions: RevisionNames, now: number): NonNullable<StatefulSet['status']> {
  const own = pods.filter((pod) => tryOrdinal(set, pod) !== undefined);
  const ready = own.filter(isReady);
  const live = own.filter(({ metadata }) => !metadata.deletionTimestamp);
  const status = {
    replicas: own.length,
    readyReplicas: ready.length || undefined,
    availableReplicas: ready.filter((pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentReplicas: live.filter((pod) => revisionOf(pod) === revisions.current).length || undefined,
    updatedReplicas: live.filter((pod) => revisionOf(pod) === revisions.update).length || undefined,
    currentRevision: revisions.current, updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0, observedGeneration: set.metadata.generation,
  };
  const isComplete = set.spec.updateStrategy?.type !== 'OnDelete' && (status.updatedReplicas ?? 0) === own.length && ready.length === own.length;
  return isComplete ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: revisions.update } : status;
}
