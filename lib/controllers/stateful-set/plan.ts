import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodAvailable, isPodReady, isPodTerminated } from '../../api/pods';
import type { Pod, StatefulSet } from '../../api/types';
import { REVISION_LABEL, tryOrdinal } from './identity';

type Set = DeepReadonly<StatefulSet>;
type ReadPod = DeepReadonly<Pod>;

export interface StatefulPlan {
  readonly create: readonly number[];
  readonly remove: readonly ReadPod[];
  /** Pods beyond the wanted size: their claims may go with them. */
  readonly condemned: readonly ReadPod[];
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

/**
 * What to do now: with ordered pods one step at a time and only beside healthy ones, with parallel ones everything at once; an update goes from the
 * highest ordinal down, one pod at a time. Pure. Follows updateStatefulSet of Kubernetes 1.28.
 */
export function planStatefulSet(set: Set, pods: readonly ReadPod[], revisions: RevisionNames, now: number): StatefulPlan {
  const { first, end } = ordinalRange(set);
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(pods.flatMap((pod) => { const ordinal = tryOrdinal(set, pod); return ordinal === undefined ? [] : [[ordinal, pod] as const]; }));
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal < first || ordinal >= end).sort(([a], [b]) => b - a).map(([, pod]) => pod);
  const isHealthy = (pod: ReadPod) => pod.status?.phase === 'Running' && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now) && !pod.metadata.deletionTimestamp;
  const plan = { create: [] as number[], remove: [] as ReadPod[], condemned };

  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) plan.create.push(ordinal);
    else if (isPodTerminated(pod) && !pod.metadata.deletionTimestamp) plan.remove.push(pod);
    if (ordered && (!pod || !isHealthy(pod))) return plan;
  }

  const firstUnhealthy = [...byOrdinal].sort(([a], [b]) => a - b).map(([, pod]) => pod).find((pod) => !isHealthy(pod));
  for (const pod of condemned) {
    if (pod.metadata.deletionTimestamp) {
      if (ordered) return plan;
      continue;
    }
    if (ordered && !isHealthy(pod) && pod !== firstUnhealthy) return plan;
    plan.remove.push(pod);
    if (ordered) return plan;
  }
  if (set.spec.updateStrategy?.type === 'OnDelete' || plan.create.length > 0 || plan.remove.length > 0) return plan;

  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = end - 1; ordinal >= Math.max(first, first + partition); ordinal--) {
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
  const { first, end } = ordinalRange(set);
  const own = pods.filter((pod) => tryOrdinal(set, pod) !== undefined && !isPodTerminated(pod));
  const ready = own.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod));
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
  const wanted = end - first;
  const complete = set.spec.updateStrategy?.type !== 'OnDelete' && (status.updatedReplicas ?? 0) === wanted && ready.length === wanted && own.length === wanted;
  return complete ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: revisions.update } : status;
}
