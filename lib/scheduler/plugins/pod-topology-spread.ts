import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesNodeOfPod } from '../../api/node-selectors';
import { matchesLabelSelector } from '../../api/selectors';
import { tryUntolerated } from '../../api/taints';
import type { core, LabelSelector, Pod } from '../../api/types';
import { selectorOfOwners } from '../default-selector';
import type { Counts } from '../match-counts';
import type { NodeInfo } from '../node-info';
import type { Cluster, Plugin, Refusal } from '../plugin';

const HOSTNAME = 'kubernetes.io/hostname';

interface Constraint {
  readonly key: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Whether a node's pods count for this pod. */
  readonly counts: (node: NodeInfo) => boolean;
  readonly matchesSelf: boolean;
  /** Matching pods of the namespace by node. */
  readonly perNode: Counts;
}

/** Pods per domain (zone, host) may differ by maxSkew at most, where the constraint is hard; otherwise emptier domains are better. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  retryOn: ['NodeAdded', 'NodeChanged', 'PodAdded', 'PodDeleted', 'PodChanged'],
  prepare(pod, cluster) {
    const constraints = pod.spec.topologySpreadConstraints ?? [];
    const hard = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule').map((constraint) => prepareConstraint(pod, constraint, cluster));
    const soft = constraints.length === 0 ? defaultConstraints(pod, cluster)
      : constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway').map((constraint) => prepareConstraint(pod, constraint, cluster));
    if (hard.length + soft.length === 0) return undefined;
    const isDefault = constraints.length === 0;
    return {
      ...(hard.length > 0 && { filter: hardRule(hard, cluster) }),
      ...(soft.length > 0 && { score: (nodes) => scores(soft, nodes, cluster, isDefault) }),
    };
  },
};

const labelOf = ({ node }: NodeInfo, key: string) => node?.metadata.labels?.[key];
const hasAll = (node: NodeInfo, constraints: readonly Constraint[]) => constraints.every(({ key }) => labelOf(node, key) !== undefined);

function prepareConstraint(pod: DeepReadonly<Pod>, constraint: DeepReadonly<core.TopologySpreadConstraint>, cluster: Cluster): Constraint {
  const { topologyKey: key, maxSkew, minDomains = 1, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
  const selector = selectorOf(pod, constraint);
  const counts = ({ node }: NodeInfo) => node !== undefined && (nodeAffinityPolicy !== 'Honor' || matchesNodeOfPod(pod, node))
    && (nodeTaintsPolicy !== 'Honor' || !tryUntolerated(node.spec?.taints, pod.spec.tolerations));
  return { key, maxSkew, minDomains, counts, matchesSelf: matchesLabelSelector(selector, pod.metadata.labels), perNode: countPods(pod, selector, cluster) };
}

/** As upstream's list of system defaults: replicas go to different nodes and zones where nothing else is said. */
function defaultConstraints(pod: DeepReadonly<Pod>, cluster: Cluster): readonly Constraint[] {
  const selector = selectorOfOwners(pod, cluster.lister);
  if (!selector) return [];
  const perNode = countPods(pod, selector, cluster);
  const counts = ({ node }: NodeInfo) => node !== undefined && matchesNodeOfPod(pod, node);
  return [{ key: HOSTNAME, maxSkew: 3 }, { key: 'topology.kubernetes.io/zone', maxSkew: 5 }].map((constraint) => ({ ...constraint, minDomains: 1, counts, matchesSelf: true, perNode }));
}

function countPods({ metadata: { namespace } }: DeepReadonly<Pod>, selector: DeepReadonly<LabelSelector> | undefined, { state }: Cluster): Counts {
  return state.counts.ask(`spread ${namespace} ${JSON.stringify(selector)}`, ({ metadata }) =>
    metadata.namespace === namespace && !metadata.deletionTimestamp && matchesLabelSelector(selector, metadata.labels));
}

function selectorOf(pod: DeepReadonly<Pod>, { labelSelector, matchLabelKeys = [] }: DeepReadonly<core.TopologySpreadConstraint>): DeepReadonly<LabelSelector> | undefined {
  if (!labelSelector || matchLabelKeys.length === 0) return labelSelector;
  const values = matchLabelKeys.flatMap((key) => (pod.metadata.labels?.[key] !== undefined ? [{ key, operator: 'In', values: [pod.metadata.labels[key]] }] : []));
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...values] };
}

function hardRule(constraints: readonly Constraint[], { state }: Cluster): (node: NodeInfo) => Refusal | undefined {
  const domains = constraints.map(() => new Map<string, number>());
  for (const node of state.nodes) {
    if (!hasAll(node, constraints)) continue;
    constraints.forEach(({ key, counts, perNode }, i) => {
      const domain = labelOf(node, key) ?? '';
      if (counts(node)) domains[i].set(domain, (domains[i].get(domain) ?? 0) + (perNode.get(node.name) ?? 0));
    });
  }
  const least = constraints.map(({ minDomains }, i) => (domains[i].size < minDomains ? 0 : Math.min(...domains[i].values())));
  return (node) => {
    for (const [i, { key, maxSkew, matchesSelf }] of constraints.entries()) {
      const domain = labelOf(node, key);
      if (domain === undefined) return { reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"], unresolvable: true };
      if ((domains[i].get(domain) ?? 0) + (matchesSelf ? 1 : 0) - least[i] > maxSkew) return { reasons: ["node(s) didn't match pod topology spread constraints"] };
    }
    return undefined;
  };
}

/** Follows scoring.go of the plugin: few matching pods in the node's domains are good, and a kind of domain that has many members counts for more. */
function scores(constraints: readonly Constraint[], nodes: readonly NodeInfo[], { state }: Cluster, isDefault: boolean): readonly number[] {
  // The defaults are no reason to avoid nodes that have no zone.
  const ignored = nodes.map((node) => !isDefault && !hasAll(node, constraints));
  const counted = nodes.filter((_, i) => !ignored[i]);
  const prepared = constraints.map((constraint) => {
    const domains = constraint.key === HOSTNAME ? undefined : countDomains(constraint, constraints, counted, state.nodes, isDefault);
    return { ...constraint, domains, weight: Math.log((domains?.size ?? counted.length) + 2) };
  });
  const raw = nodes.map((node, i) => (ignored[i] ? 0 : Math.round(prepared.reduce((sum, { key, maxSkew, perNode, domains, weight }) => {
    const domain = labelOf(node, key);
    if (domain === undefined) return sum;
    return sum + ((domains ? domains.get(domain) : perNode.get(node.name)) ?? 0) * weight + maxSkew - 1;
  }, 0))));
  let [least, most] = [Infinity, 0];
  raw.forEach((score, i) => { if (!ignored[i]) [least, most] = [Math.min(least, score), Math.max(most, score)]; });
  return raw.map((score, i) => (ignored[i] ? 0 : most === 0 ? 100 : Math.floor((100 * (most + least - score)) / most)));
}

/** Matching pods in the domains that the feasible nodes are of. */
function countDomains({ key, counts, perNode }: Constraint, constraints: readonly Constraint[], feasible: readonly NodeInfo[], all: readonly NodeInfo[], isDefault: boolean): ReadonlyMap<string, number> {
  const domains = new Map<string, number>();
  for (const node of feasible) {
    const domain = labelOf(node, key);
    if (domain !== undefined) domains.set(domain, 0);
  }
  if (domains.size === 0) return domains;
  for (const node of all) {
    const domain = labelOf(node, key);
    if (domain === undefined || !domains.has(domain) || !perNode.has(node.name) || !counts(node) || (!isDefault && !hasAll(node, constraints))) continue;
    domains.set(domain, (domains.get(domain) ?? 0) + (perNode.get(node.name) ?? 0));
  }
  return domains;
}
