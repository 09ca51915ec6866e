import type { DeepReadonly } from '../../base/deep-readonly';
import { tryPodCondition } from '../../api/pods';
import type { Pod } from '../../api/types';

export type ReadPod = DeepReadonly<Pod>;

/** One number about one pod, in thousandths. */
export interface PodMetric {
  readonly value: number;
  /** The end of the span it was measured in, in milliseconds since the epoch. */
  readonly at: number;
  readonly windowMilliseconds: number;
}

/** By name of the pod. */
export type PodMetrics = ReadonlyMap<string, PodMetric>;

/** How much of a young pod is believed. */
export interface Readiness {
  /** Until then after its start a pod's processor counts only for spans in which it was ready. */
  readonly cpuInitializationMilliseconds: number;
  /** Whoever became unready this soon after the start was never ready. */
  readonly initialReadinessMilliseconds: number;
  readonly now: number;
}

export interface PodGroups {
  readonly readyCount: number;
  readonly unready: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
}

/** Which pods' numbers count. Pure. Follows groupPods of Kubernetes 1.28. */
export function groupPods(pods: readonly ReadPod[], metrics: PodMetrics, resource: string, readiness: Readiness): PodGroups {
  const groups = { unready: new Set<string>(), missing: new Set<string>(), ignored: new Set<string>() };
  let readyCount = 0;
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const metric = metrics.get(name);
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') groups.ignored.add(name);
    else if (pod.status?.phase === 'Pending') groups.unready.add(name);
    else if (!metric) groups.missing.add(name);
    else if (resource === 'cpu' && isUnready(pod, metric, readiness)) groups.unready.add(name);
    else readyCount += 1;
  }
  return { readyCount, ...groups };
}

function isUnready(pod: ReadPod, metric: PodMetric, { cpuInitializationMilliseconds, initialReadinessMilliseconds, now }: Readiness): boolean {
  const condition = tryPodCondition(pod, 'Ready');
  if (!condition || !pod.status?.startTime) return true;
  const started = Date.parse(pod.status.startTime);
  const changed = Date.parse(condition.lastTransitionTime ?? '');
  if (started + cpuInitializationMilliseconds > now) return condition.status === 'False' || metric.at < changed + metric.windowMilliseconds;
  return condition.status === 'False' && started + initialReadinessMilliseconds > changed;
}

/** Without the pods of the given names. */
export function withoutPods(metrics: PodMetrics, ...names: readonly ReadonlySet<string>[]): Map<string, PodMetric> {
  return new Map([...metrics].filter(([name]) => !names.some((set) => set.has(name))));
}
