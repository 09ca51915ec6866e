import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesLabelSelector } from '../../api/selectors';
import type { core, Pod } from '../../api/types';
import type { NodeInfo } from '../node-info';
import type { Cluster, Plugin } from '../plugin';

type Term = DeepReadonly<core.PodAffinityTerm>;
type Weighted = DeepReadonly<core.WeightedPodAffinityTerm>;
type Domains = ReadonlyMap<string, number>;

/** Pods that want to be near (or far from) other pods, and pods that keep others away from themselves. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  retryOn: ['NodeAdded', 'NodeChanged', 'PodAdded', 'PodDeleted', 'PodChanged', 'NamespaceChanged'],
  prepare(pod, cluster) {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    if (!podAffinity && !podAntiAffinity && !cluster.state.hasAffinity) return undefined;
    const near = (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ({ term, domains: count(pod, term, cluster) }));
    const far = (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ({ term, domains: count(pod, term, cluster) }));
    const keptAway = domainsThatRefuse(pod, cluster);
    // The first pod of a group that wants to be together has nobody to go to yet.
    const isFirst = near.length > 0 && near.every(({ term, domains }) => domains.size === 0 && matches(pod, term, pod, cluster));
    return {
      filter(node) {
        if (!near.every(({ term, domains }) => domain(node, term) !== undefined && (isFirst || (domains.get(domain(node, term) ?? '') ?? 0) > 0))) {
          return { reasons: ["node(s) didn't match pod affinity rules"], unresolvable: true };
        }
        if (far.some(({ term, domains }) => (domains.get(domain(node, term) ?? '') ?? 0) > 0)) return { reasons: ["node(s) didn't match pod anti-affinity rules"] };
        if (keptAway.some(({ key, value }) => node.node?.metadata.labels?.[key] === value)) return { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };
        return undefined;
      },
      ...preferences(pod, cluster, podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [], podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
    };
  },
};

const domain = ({ node }: NodeInfo, { topologyKey }: Term) => node?.metadata.labels?.[topologyKey];

/** Pods that the term selects, per domain. */
function count(pod: DeepReadonly<Pod>, term: Term, cluster: Cluster): Domains {
  const { state } = cluster;
  const perNode = state.counts.ask(`affinity ${pod.metadata.namespace} ${JSON.stringify(term)}`, (other) => matches(other, term, pod, cluster));
  const domains = new Map<string, number>();
  for (const [name, pods] of perNode) {
    const info = state.tryNode(name);
    const value = info && domain(info, term);
    if (value !== undefined) domains.set(value, (domains.get(value) ?? 0) + pods);
  }
  return domains;
}

/** Whether the term of `owner` selects the pod. */
function matches(pod: DeepReadonly<Pod>, { labelSelector, namespaces = [], namespaceSelector }: Term, owner: DeepReadonly<Pod>, { lister }: Cluster): boolean {
  const namespace = pod.metadata.namespace ?? '';
  const inNamespace = namespaces.length === 0 && !namespaceSelector ? namespace === owner.metadata.namespace
    : namespaces.includes(namespace) || (namespaceSelector !== undefined && matchesLabelSelector(namespaceSelector, lister.tryGet('Namespace', namespace)?.metadata.labels));
  return inNamespace && matchesLabelSelector(labelSelector, pod.metadata.labels);
}

/** Where pods that run already refuse the new one. */
function domainsThatRefuse(pod: DeepReadonly<Pod>, cluster: Cluster): readonly { readonly key: string; readonly value: string }[] {
  if (!cluster.state.hasAffinity) return [];
  const refused = new Map<string, { readonly key: string; readonly value: string }>();
  for (const node of cluster.state.nodes) {
    for (const other of node.withAffinity.values()) {
      for (const term of other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
        const value = domain(node, term);
        if (value === undefined || refused.has(`${term.topologyKey}=${value}`) || !matches(pod, term, other, cluster)) continue;
        refused.set(`${term.topologyKey}=${value}`, { key: term.topologyKey, value });
      }
    }
  }
  return [...refused.values()];
}

function preferences(pod: DeepReadonly<Pod>, cluster: Cluster, near: readonly Weighted[], far: readonly Weighted[]) {
  if (near.length === 0 && far.length === 0) return {};
  const signed = [...near, ...far.map(({ weight, podAffinityTerm }) => ({ weight: -weight, podAffinityTerm }))];
  const terms = signed.map(({ weight, podAffinityTerm: term }) => ({ weight, term, domains: count(pod, term, cluster) }));
  return {
    score: (node: NodeInfo) => terms.reduce((sum, { weight, term, domains }) => sum + weight * (domains.get(domain(node, term) ?? '') ?? 0), 0),
    normalize(scores: readonly number[]) {
      const [least, most] = [Math.min(...scores), Math.max(...scores)];
      return scores.map((score) => (most === least ? 0 : Math.floor((100 * (score - least)) / (most - least))));
    },
  };
}
