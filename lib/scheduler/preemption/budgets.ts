import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesLabelSelector } from '../../api/selectors';
import type { Pod, PodDisruptionBudget } from '../../api/types';

type ReadPod = DeepReadonly<Pod>;
export type Budgets = readonly DeepReadonly<PodDisruptionBudget>[];

/** Which of the pods could not end without a disruption budget being overdrawn, if all of them ended in this order. */
export function splitByBudgets(pods: readonly ReadPod[], budgets: Budgets): { readonly violating: readonly ReadPod[]; readonly others: readonly ReadPod[] } {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const violating: ReadPod[] = [];
  const others: ReadPod[] = [];
  for (const pod of pods) {
    let violates = false;
    budgets.forEach((budget, i) => {
      if (!concerns(budget, pod) || (pod.metadata.name ?? '') in (budget.status?.disruptedPods ?? {})) return;
      left[i] -= 1;
      if (left[i] < 0) violates = true;
    });
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

/** An empty selector concerns nobody here, other than in the budget's own controller. */
function concerns({ metadata, spec: { selector } }: Budgets[number], pod: ReadPod): boolean {
  const isEmpty = !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0);
  return !isEmpty && metadata.namespace === pod.metadata.namespace && Object.keys(pod.metadata.labels ?? {}).length > 0 && matchesLabelSelector(selector, pod.metadata.labels);
}
