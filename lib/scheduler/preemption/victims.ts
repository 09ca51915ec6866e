import type { DeepReadonly } from '../../base/deep-readonly';
import type { Pod } from '../../api/types';
import type { NodeInfo } from '../node-info';
import type { Cluster, Plugin, Refusal } from '../plugin';
import { byImportance, priorityOf } from '../priority';
import { tryRefusalAnew } from '../rules';
import { type Budgets, splitByBudgets } from './budgets';

/** A node and who would have to end there. */
export interface Candidate {
  readonly node: string;
  /** Most important first within those whose budget is violated, then within the others. */
  readonly victims: readonly DeepReadonly<Pod>[];
  readonly violations: number;
}

export interface PreemptionContext {
  readonly cluster: Cluster;
  readonly plugins: readonly Plugin[];
  readonly budgets: Budgets;
}

/**
 * The fewest pods of lower priority without which the pod fits: all are supposed to be gone, then as many as possible come back, the most important first
 * and those whose disruption budget would be violated before all others. Follows SelectVictimsOnNode of Kubernetes 1.28.
 */
export function selectVictims(pod: DeepReadonly<Pod>, node: NodeInfo, { cluster, plugins, budgets }: PreemptionContext): Candidate | Refusal {
  const { state } = cluster;
  const lower = [...node.pods.values()].filter((other) => priorityOf(other) < priorityOf(pod)).sort(byImportance);
  if (lower.length === 0) return { reasons: ['No preemption victims found for incoming pod'], unresolvable: true };
  // Who is promised this node and more important counts as being there.
  const added = state.nominations.before(pod, node.name);
  const tryWithout = (removed: readonly DeepReadonly<Pod>[]) => state.supposing({ added, removed, node: node.name }, () => tryRefusalAnew(pod, node, cluster, plugins));
  const refused = tryWithout(lower);
  if (refused) return refused.refusal;

  const gone = new Set(lower);
  const victims: DeepReadonly<Pod>[] = [];
  const { violating, others } = splitByBudgets(lower, budgets);
  for (const other of [...violating, ...others]) {
    gone.delete(other);
    if (!tryWithout([...gone])) continue;
    gone.add(other);
    victims.push(other);
  }
  return { node: node.name, victims, violations: victims.filter((victim) => violating.includes(victim)).length };
}
