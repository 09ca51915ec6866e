import type { Misfit } from './schedule';
import type { Refusal } from './plugin';

/** The text of `FailedScheduling`, as upstream's FitError of 1.28 with the outcome of preemption. */
export function misfitMessage(misfit: Misfit, preemptionPolicy?: string): string {
  if (misfit.nodes === 0) return 'no nodes available to schedule pods';
  const head = `0/${misfit.nodes} nodes are available:`;
  const why = misfit.preFilter ? misfit.preFilter.reasons.join(', ') : histogram(misfit.refusals.flatMap(({ reasons }) => reasons));
  return `${head} ${why}. preemption: ${preemption(misfit, preemptionPolicy)}`;
}

function preemption(misfit: Misfit, policy?: string): string {
  if (policy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const outcomes = misfit.preFilter ? Array.from({ length: misfit.nodes }, () => outcome(misfit.preFilter)) : misfit.refusals.map(outcome);
  return `0/${misfit.nodes} nodes are available: ${histogram(outcomes)}..`;
}

const outcome = (refusal?: Refusal) => (refusal?.unresolvable ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod');

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort().join(', ');
}
