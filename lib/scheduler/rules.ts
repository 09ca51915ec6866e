import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import type { NodeInfo } from './node-info';
import type { Cluster, Plugin, PreFilterRefusal, Refusal, Rule } from './plugin';

/** What the plugins have to say about one pod, as long as the cluster does not change. */
export type Rules = readonly { readonly plugin: Plugin; readonly rule: Rule }[];

export interface RefusedBy {
  readonly plugin: string;
  readonly refusal: Refusal;
}

/** Asks every plugin about the pod; the first that refuses all nodes ends it. */
export function prepareRules(pod: DeepReadonly<Pod>, cluster: Cluster, plugins: readonly Plugin[]): { readonly rules: Rules } | { readonly plugin: string; readonly refusal: PreFilterRefusal } {
  const rules: { readonly plugin: Plugin; readonly rule: Rule }[] = [];
  for (const plugin of plugins) {
    const rule = plugin.prepare(pod, cluster);
    if (rule && 'refusesAll' in rule) return { plugin: plugin.name, refusal: rule };
    if (rule) rules.push({ plugin, rule });
  }
  return { rules };
}

/** The first refusal of the node; undefined: the pod fits there. */
export function tryRefusal(rules: Rules, node: NodeInfo): RefusedBy | undefined {
  for (const { plugin, rule } of rules) {
    const refusal = rule.filter?.(node);
    if (refusal) return { plugin: plugin.name, refusal };
  }
  return undefined;
}

/**
 * As tryRefusal, but the pod has to fit with those that are nominated to the node before it, and also without them: they may go elsewhere,
 * and what it needs near itself must not be one of them.
 */
export function tryRefusalBesideNominated(pod: DeepReadonly<Pod>, node: NodeInfo, rules: Rules, cluster: Cluster, plugins: readonly Plugin[]): RefusedBy | undefined {
  const before = cluster.state.nominations.before(pod, node.name);
  if (before.length === 0) return tryRefusal(rules, node);
  const refused = cluster.state.supposing({ added: before, node: node.name }, () => tryRefusalAnew(pod, node, cluster, plugins));
  return refused ?? tryRefusal(rules, node);
}

/** Asks the plugins about the cluster as it is supposed to be. */
export function tryRefusalAnew(pod: DeepReadonly<Pod>, node: NodeInfo, cluster: Cluster, plugins: readonly Plugin[]): RefusedBy | undefined {
  const prepared = prepareRules(pod, cluster, plugins);
  return 'refusal' in prepared ? prepared : tryRefusal(prepared.rules, node);
}
