import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesNodeOfPod } from '../../api/node-selectors';
import { matchesLabelSelector } from '../../api/selectors';
import { tryUntolerated } from '../../api/taints';
import type { core, LabelSelector, Pod } from '../../api/types';
import type { NodeInfo } from '../node-info';
import type { Cluster, Plugin, Refusal } from '../plugin';

type Constraint = DeepReadonly<core.TopologySpreadConstraint>;

/** Pods per domain (zone, host) may differ by maxSkew at most, where the constraint is hard; otherwise emptier domains are better. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  weight: 2,
  retryOn: ['NodeAdded', 'NodeChanged', 'PodAdded', 'PodDeleted', 'PodChanged'],
  prepare(pod, cluster) {
    const constraints = pod.spec.topologySpreadConstraints ?? [];
    if (constraints.length === 0) return undefined;
    const domains = constraints.map((constraint) => ({ constraint, counts: countDomains(pod, constraint, cluster) }));
    const hard = domains.filter(({ constraint }) => constraint.whenUnsatisfiable === 'DoNotSchedule');
    const soft = domains.filter(({ constraint }) => constraint.whenUnsatisfiable === 'ScheduleAnyway');
    return {
      filter: (node) => firstRefusal(hard.map(({ constraint, counts }) => () => check(pod, constraint, counts, node))),
      ...(soft.length > 0 && {
        score: (node) => soft.reduce((sum, { constraint, counts }) => sum + (counts.get(labelOf(node, constraint) ?? '') ?? 0) + constraint.maxSkew - 1, 0),
        normalize: inverted,
      }),
    };
  },
};

const labelOf = ({ node }: NodeInfo, { topologyKey }: Constraint) => node?.metadata.labels?.[topologyKey];

/** Matching pods per domain, over the nodes that the pod could go to at all. */
function countDomains(pod: DeepReadonly<Pod>, constraint: Constraint, { state }: Cluster): ReadonlyMap<string, number> {
  const selector = selectorOf(pod, constraint);
  const { namespace } = pod.metadata;
  const perNode = state.counts.ask(`spread ${namespace} ${JSON.stringify(selector)}`, ({ metadata }) =>
    metadata.namespace === namespace && !metadata.deletionTimestamp && matchesLabelSelector(selector, metadata.labels));
  const domains = new Map<string, number>();
  for (const info of state.nodes) {
    const domain = labelOf(info, constraint);
    if (domain === undefined || !counts(pod, constraint, info)) continue;
    domains.set(domain, (domains.get(domain) ?? 0) + (perNode.get(info.name) ?? 0));
  }
  return domains;
}

function counts(pod: DeepReadonly<Pod>, { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: Constraint, { node }: NodeInfo): boolean {
  if (!node) return false;
  if (nodeAffinityPolicy === 'Honor' && !matchesNodeOfPod(pod, node)) return false;
  return nodeTaintsPolicy !== 'Honor' || !tryUntolerated(node.spec?.taints, pod.spec.tolerations);
}

function selectorOf(pod: DeepReadonly<Pod>, { labelSelector, matchLabelKeys = [] }: Constraint): DeepReadonly<LabelSelector> | undefined {
  if (!labelSelector || matchLabelKeys.length === 0) return labelSelector;
  const values = matchLabelKeys.flatMap((key) => (pod.metadata.labels?.[key] !== undefined ? [{ key, operator: 'In', values: [pod.metadata.labels[key]] }] : []));
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...values] };
}

function check(pod: DeepReadonly<Pod>, constraint: Constraint, domains: ReadonlyMap<string, number>, node: NodeInfo): Refusal | undefined {
  const domain = labelOf(node, constraint);
  if (domain === undefined) return { reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"], unresolvable: true };
  const self = matchesLabelSelector(selectorOf(pod, constraint), pod.metadata.labels) ? 1 : 0;
  const least = domains.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...domains.values());
  return (domains.get(domain) ?? 0) + self - least > constraint.maxSkew ? { reasons: ["node(s) didn't match pod topology spread constraints"] } : undefined;
}

function firstRefusal(checks: readonly (() => Refusal | undefined)[]): Refusal | undefined {
  for (const run of checks) {
    const refusal = run();
    if (refusal) return refusal;
  }
  return undefined;
}

function inverted(scores: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (most === 0 ? 100 : Math.floor((100 * (most + least - score)) / most)));
}
