import type { PlannedObject } from '../plan';
import type { PrunePlan } from '../prune/prune-plan';

/** `2 created, 1 changed, 1 removed`, for the history. Pure. */
export function summarize(plan: readonly PlannedObject[], { remove }: PrunePlan): string {
  const count = (...actions: readonly string[]) => plan.filter(({ action }) => actions.includes(action)).length;
  const parts = [[count('create'), 'created'], [count('change', 'replace'), 'changed'], [count('run'), 'run'], [remove.length, 'removed']] as const;
  return parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`).join(', ') || 'nothing changed in the cluster';
}
