import type { PodDisruptionBudget } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import { tryScaled } from './percentages';
import type { PodTemplate } from './pod-templates';
import { tryReplicasOf } from './replicas';
import { selectedPods } from './selected-pods';

/** A budget with the workloads it counts. */
export interface CountedBudget {
  readonly budget: DeepReadonly<PodDisruptionBudget>;
  readonly pods: readonly PodTemplate[];
  /** How many copies there are at least, when everything is well. undefined: not all of it says so. */
  readonly copies: number | undefined;
}

/** The budgets among the manifests. */
export function* countedBudgets(objects: CheckedObjects): Generator<CountedBudget> {
  for (const budget of objects.ofKind('PodDisruptionBudget')) {
    const pods = selectedPods(objects, budget.metadata.namespace, budget.spec?.selector);
    const counts = pods.map((pod) => tryReplicasOf(objects, pod)?.atLeast ?? (pod.object.kind === 'Pod' ? 1 : undefined));
    yield { budget, pods, copies: pods.length > 0 && counts.every((count) => count !== undefined) ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) : undefined };
  }
}

/** How many of these copies a drain may take at the same time. undefined: the budget says nothing of it. */
export function tryDisruptionsAllowed({ spec }: DeepReadonly<PodDisruptionBudget>, copies: number): number | undefined {
  const maxUnavailable = tryScaled(spec.maxUnavailable as string | number | undefined, copies);
  if (maxUnavailable !== undefined) return Math.min(maxUnavailable, copies);
  const minAvailable = tryScaled(spec.minAvailable as string | number | undefined, copies);
  return minAvailable === undefined ? undefined : Math.max(copies - minAvailable, 0);
}
