import type { Refusal } from './plugin';
import type { Misfit } from './schedule';

/** The text of `FailedScheduling`, as upstream's FitError of 1.28. `preemption`: why it did not help, where it was tried in vain. */
export function misfitMessage(misfit: Misfit, preemption?: string): string {
  if (misfit.nodes === 0) return 'no nodes available to schedule pods';
  const why = misfit.preFilter ? misfit.preFilter.reasons.join(', ') : histogram([...misfit.refusals.values()]);
  return `${unavailable(misfit.nodes)} ${why}.${preemption ? ` preemption: ${preemption}.` : ''}`;
}

/** `0/3 nodes are available: 2 Insufficient cpu, 1 Too many pods.` */
export const refusedMessage = (refusals: readonly Refusal[]) => `${unavailable(refusals.length)} ${histogram(refusals)}.`;

const unavailable = (nodes: number) => `0/${nodes} nodes are available:`;

function histogram(refusals: readonly Refusal[]): string {
  const counts = new Map<string, number>();
  for (const reason of refusals.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort().join(', ');
}
