import { priorityOf, startTimeOf } from '../priority';
import type { Candidate } from './victims';

/**
 * The candidate whose victims are missed least: fewest violated budgets, then the least important most important victim, the lowest sum of priorities,
 * fewest victims, and last the one whose most important victims have run for the shortest time. Follows pickOneNodeForPreemption of Kubernetes 1.28.
 */
export function pickNode(candidates: readonly Candidate[]): Candidate | undefined {
  const withoutVictims = candidates.find(({ victims }) => victims.length === 0);
  if (withoutVictims) return withoutVictims;
  let best = candidates;
  for (const cost of [violations, highestPriority, sumOfPriorities, count, age]) {
    const costs = best.map(cost);
    const least = costs.reduce((a, b) => (b < a ? b : a), Infinity);
    best = best.filter((_, i) => costs[i] === least);
    if (best.length <= 1) break;
  }
  return best[0];
}

const violations = (candidate: Candidate) => candidate.violations;
const highestPriority = ({ victims }: Candidate) => Math.max(...victims.map(priorityOf));
/** Shifted, so that many victims of negative priority are not better than few. */
const sumOfPriorities = ({ victims }: Candidate) => victims.reduce((sum, victim) => sum + priorityOf(victim) + 2 ** 31, 0);
const count = ({ victims }: Candidate) => victims.length;

/** The later the first of the most important victims began, the better. */
function age(candidate: Candidate): number {
  const highest = highestPriority(candidate);
  return -Math.min(...candidate.victims.filter((victim) => priorityOf(victim) === highest).map(startTimeOf));
}
