import { isDeepStrictEqual } from 'node:util';
import type { ReadonlyPod } from './kubelet-context';

/** What a new version of a pod means for its node. */
export interface PodChange {
  /** Something to act upon, other than the status the kubelet wrote itself. */
  readonly relevant: boolean;
  /** What volumes of the downward API may show. */
  readonly shown: boolean;
}

/** Pure. */
export function comparePods(old: ReadonlyPod | undefined, pod: ReadonlyPod): PodChange {
  if (!old) return { relevant: true, shown: true };
  const shown = !isDeepStrictEqual([old.metadata.labels, old.metadata.annotations], [pod.metadata.labels, pod.metadata.annotations]);
  const ending = old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp || old.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds;
  return { shown, relevant: shown || ending || !isDeepStrictEqual(gates(old), gates(pod)) || !isDeepStrictEqual(old.spec, pod.spec) };
}

/** What others say of the pod's readiness. */
function gates({ spec, status }: ReadonlyPod): readonly (string | undefined)[] {
  return (spec.readinessGates ?? []).map(({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status);
}
