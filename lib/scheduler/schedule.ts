import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import type { NodeInfo } from './node-info';
import type { Cluster, Plugin, Refusal, Rule } from './plugin';

/** Why a pod fits nowhere. */
export interface Misfit {
  readonly nodes: number;
  /** Holds for all nodes. */
  readonly preFilter?: Refusal;
  readonly refusals: readonly Refusal[];
  /** Names of the plugins that refused: their events make the pod be tried again. */
  readonly plugins: ReadonlySet<string>;
}

export type Choice = { readonly node: string } | { readonly misfit: Misfit };

/** Enough nodes are looked at to choose well; with very many the rest is not looked at. Upstream: numFeasibleNodesToFind. */
function enough(nodes: number): number {
  if (nodes < 100) return nodes;
  const percent = Math.max(5, 50 - nodes / 125);
  return Math.max(100, Math.floor((nodes * percent) / 100));
}

export interface Chance {
  /** Rotates which nodes are looked at first. */
  readonly start: number;
  /** 0 to 1; breaks ties. */
  readonly random: () => number;
}

/** Chooses a node: filter, score, take one of the best. Pure. */
export function schedule(pod: DeepReadonly<Pod>, cluster: Cluster, plugins: readonly Plugin[], { start, random }: Chance): Choice {
  const nodes = cluster.state.nodes;
  const rules: { readonly plugin: Plugin; readonly rule: Rule }[] = [];
  for (const plugin of plugins) {
    const rule = plugin.prepare(pod, cluster);
    if (rule && 'refusesAll' in rule) return { misfit: { nodes: nodes.length, preFilter: rule, refusals: [], plugins: new Set([plugin.name]) } };
    if (rule) rules.push({ plugin, rule });
  }

  const feasible: NodeInfo[] = [];
  const refusals: Refusal[] = [];
  const refusing = new Set<string>();
  for (let i = 0; i < nodes.length && feasible.length < enough(nodes.length); i++) {
    const node = nodes[(start + i) % nodes.length];
    const refused = tryRefusal(rules, node);
    if (refused) {
      refusals.push(refused.refusal);
      refusing.add(refused.plugin);
    } else feasible.push(node);
  }
  if (feasible.length === 0) return { misfit: { nodes: nodes.length, refusals, plugins: refusing } };
  if (feasible.length === 1) return { node: feasible[0].name };
  return { node: best(feasible, rules, random).name };
}

function tryRefusal(rules: readonly { readonly plugin: Plugin; readonly rule: Rule }[], node: NodeInfo): { readonly plugin: string; readonly refusal: Refusal } | undefined {
  for (const { plugin, rule } of rules) {
    const refusal = rule.filter?.(node);
    if (refusal) return { plugin: plugin.name, refusal };
  }
  return undefined;
}

function best(feasible: readonly NodeInfo[], rules: readonly { readonly plugin: Plugin; readonly rule: Rule }[], random: () => number): NodeInfo {
  const totals = feasible.map(() => 0);
  for (const { plugin, rule } of rules) {
    if (!rule.score) continue;
    const raw = feasible.map((node) => rule.score?.(node) ?? 0);
    const scores = rule.normalize ? rule.normalize(raw) : raw;
    scores.forEach((score, i) => { totals[i] += score * (plugin.weight ?? 1); });
  }
  const highest = Math.max(...totals);
  const winners = feasible.filter((_, i) => totals[i] === highest);
  return winners[Math.floor(random() * winners.length)] ?? winners[0];
}
