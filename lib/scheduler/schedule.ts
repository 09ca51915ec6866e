import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import type { NodeInfo } from './node-info';
import type { Cluster, Plugin, Refusal } from './plugin';
import { prepareRules, type Rules, tryRefusalBesideNominated } from './rules';

/** Why a pod fits nowhere. */
export interface Misfit {
  readonly nodes: number;
  /** Holds for all nodes. */
  readonly preFilter?: Refusal;
  /** By node. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Names of the plugins that refused: their events make the pod be tried again. */
  readonly plugins: ReadonlySet<string>;
}

export type Choice = { readonly node: string; readonly looked: number } | { readonly misfit: Misfit };

/** Enough nodes are looked at to choose well; with very many the rest is not looked at. Upstream: numFeasibleNodesToFind. */
export function enough(nodes: number): number {
  if (nodes < 100) return nodes;
  const percent = Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(100, Math.floor((nodes * percent) / 100));
}

export interface Chance {
  /** Which node is looked at first: after a decision, the one behind the last that was looked at. */
  readonly start: number;
  /** 0 to 1; breaks ties. */
  readonly random: () => number;
}

/** Chooses a node: filter, score, take one of the best. A pod that was promised a node gets it if it fits there. */
export function schedule(pod: DeepReadonly<Pod>, cluster: Cluster, plugins: readonly Plugin[], { start, random }: Chance): Choice {
  const nodes = cluster.state.nodes;
  const prepared = prepareRules(pod, cluster, plugins);
  if ('refusal' in prepared) return { misfit: { nodes: nodes.length, preFilter: prepared.refusal, refusals: new Map(), plugins: new Set([prepared.plugin]) } };
  const { rules } = prepared;
  const nominated = cluster.state.tryNode(cluster.state.nominations.tryNode(pod) ?? '');
  if (nominated?.node && !tryRefusalBesideNominated(pod, nominated, rules, cluster, plugins)) return { node: nominated.name, looked: 0 };

  const feasible: NodeInfo[] = [];
  const refusals = new Map<string, Refusal>();
  const refusing = new Set<string>();
  let looked = 0;
  for (const wanted = enough(nodes.length); looked < nodes.length && feasible.length < wanted; looked++) {
    const node = nodes[(start + looked) % nodes.length];
    const refused = tryRefusalBesideNominated(pod, node, rules, cluster, plugins);
    if (refused) {
      refusals.set(node.name, refused.refusal);
      refusing.add(refused.plugin);
    } else feasible.push(node);
  }
  if (feasible.length === 0) return { misfit: { nodes: nodes.length, refusals, plugins: refusing } };
  return { node: feasible.length === 1 ? feasible[0].name : best(feasible, rules, random).name, looked };
}

function best(feasible: readonly NodeInfo[], rules: Rules, random: () => number): NodeInfo {
  const totals = new Array<number>(feasible.length).fill(0);
  for (const { plugin, rule } of rules) {
    const score = rule.score?.(feasible);
    if (!score) continue;
    const weight = plugin.weight ?? 1;
    for (let i = 0; i < totals.length; i++) totals[i] += score[i] * weight;
  }
  let winner = 0;
  for (let i = 1, ties = 1; i < totals.length; i++) {
    if (totals[i] > totals[winner]) [winner, ties] = [i, 1];
    else if (totals[i] === totals[winner] && random() < 1 / ++ties) winner = i;
  }
  return feasible[winner];
}
