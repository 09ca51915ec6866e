import type { ShutdownConfiguration } from '../configuration/shutdown-configuration';
import type { ReadonlyPod } from '../kubelet-context';

/** Pods that end together, and how long they have. */
export interface ShutdownStep {
  readonly pods: readonly { readonly pod: ReadonlyPod; readonly graceSeconds: number }[];
  readonly limitSeconds: number;
}

const CRITICAL = 2_000_000_000;
const DEFAULT_GRACE = 30;

/**
 * In which order the pods of a node end, the least important first. A pod has its own grace period, at most that of its group; without groups ordinary pods
 * end before critical ones, each within its own. Pure. Follows groupByPriority of pkg/kubelet/nodeshutdown.
 */
export function shutdownOrder(pods: readonly ReadonlyPod[], groups: ShutdownConfiguration): readonly ShutdownStep[] {
  const graceOf = ({ spec }: ReadonlyPod) => spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
  const longest = Math.max(0, ...pods.map(graceOf));
  const used = groups.length > 0 ? groups : [{ priority: 0, graceSeconds: longest }, { priority: CRITICAL, graceSeconds: longest }];
  const groupOf = ({ spec }: ReadonlyPod) => used.findLast(({ priority }) => (spec.priority ?? 0) >= priority) ?? used[0];
  return used.map((group) => ({
    limitSeconds: group.graceSeconds,
    pods: pods.filter((pod) => groupOf(pod) === group).map((pod) => ({ pod, graceSeconds: Math.min(graceOf(pod), group.graceSeconds) })),
  })).filter((step) => step.pods.length > 0);
}
