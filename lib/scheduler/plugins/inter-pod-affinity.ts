import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesLabelSelector } from '../../api/selectors';
import type { Pod } from '../../api/types';
import { type AffinityTerm, affinityTermsOf } from '../affinity-terms';
import type { NodeInfo } from '../node-info';
import type { Cluster, Plugin } from '../plugin';

/** How much the required affinity of a running pod draws those that it wants near itself. */
const HARD_AFFINITY_WEIGHT = 1;

/** Pods that want to be near (or far from) other pods, and pods that draw others to themselves or keep them away. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  retryOn: ['NodeAdded', 'NodeChanged', 'PodAdded', 'PodDeleted', 'PodChanged', 'NamespaceChanged'],
  prepare(pod, cluster) {
    const { near, far, preferred } = affinityTermsOf(pod);
    if (near.length + far.length + preferred.length === 0 && cluster.state.affinityGroups.size === 0) return undefined;
    const inNamespace = pod.metadata.namespace ?? '';
    // A pod counts for any of the terms only when it matches them all.
    const wanted = near.length > 0 ? countPods(`near ${inNamespace} ${JSON.stringify(near)}`, near, (other) => near.every((term) => selects(term, inNamespace, other, cluster)), cluster) : new Map();
    const unwanted = new Map<string, number>();
    for (const term of far) addAll(unwanted, countPods(`far ${inNamespace} ${JSON.stringify(term)}`, [term], (other) => selects(term, inNamespace, other, cluster), cluster));
    const keptAway = whereRefused(pod, cluster);
    // The first pod of a group that wants to be together has nobody to go to yet.
    const isFirst = near.length > 0 && wanted.size === 0 && near.every((term) => selects(term, inNamespace, pod, cluster));
    const drawn = scores(pod, preferred, cluster);
    return {
      filter(node) {
        if (!near.every((term) => { const place = placeOf(node, term); return place !== undefined && (isFirst || wanted.has(place)); })) {
          return { reasons: ["node(s) didn't match pod affinity rules"], unresolvable: true };
        }
        if (far.some((term) => unwanted.has(placeOf(node, term) ?? ''))) return { reasons: ["node(s) didn't match pod anti-affinity rules"] };
        if (isIn(node, keptAway)) return { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };
        return undefined;
      },
      ...(drawn.size > 0 && { score: (nodes) => spread(nodes.map((node) => scoreOf(node, drawn))) }),
    };
  },
};

/** Values by label key and value: `zone=a`. */
type Places = ReadonlyMap<string, number>;

function placeOf({ node }: NodeInfo, { topologyKey }: AffinityTerm): string | undefined {
  const value = node?.metadata.labels?.[topologyKey];
  return value === undefined ? undefined : `${topologyKey}=${value}`;
}

/** Pods that match, per place of each term. */
function countPods(id: string, terms: readonly AffinityTerm[], matches: (pod: DeepReadonly<Pod>) => boolean, { state }: Cluster): Map<string, number> {
  const places = new Map<string, number>();
  for (const [name, pods] of state.counts.ask(id, matches)) {
    const node = state.tryNode(name);
    if (node) for (const term of terms) add(places, placeOf(node, term), pods);
  }
  return places;
}

/** Whether a term of a pod in the namespace selects the other pod. */
function selects({ labelSelector, namespaces = [], namespaceSelector }: AffinityTerm, owner: string, { metadata }: DeepReadonly<Pod>, { lister }: Cluster): boolean {
  const { namespace = '' } = metadata;
  const inNamespace = namespaces.length === 0 && !namespaceSelector ? namespace === owner
    : namespaces.includes(namespace) || (namespaceSelector !== undefined && matchesLabelSelector(namespaceSelector, lister.tryGet('Namespace', namespace)?.metadata.labels));
  return inNamespace && matchesLabelSelector(labelSelector, metadata.labels);
}

/** Where pods that run already refuse the new one. */
function whereRefused(pod: DeepReadonly<Pod>, cluster: Cluster): Places {
  const places = new Map<string, number>();
  for (const { far, namespace, perNode } of cluster.state.affinityGroups.all) {
    for (const term of far) if (selects(term, namespace, pod, cluster)) addPlaces(places, term, perNode, 1, cluster);
  }
  return places;
}

/** What draws the pod to places: its own preferences, and those of the pods that run there. */
function scores(pod: DeepReadonly<Pod>, preferred: ReturnType<typeof affinityTermsOf>['preferred'], cluster: Cluster): Places {
  const places = new Map<string, number>();
  const { namespace = '' } = pod.metadata;
  for (const { term, weight } of preferred) {
    const perNode = cluster.state.counts.ask(`far ${namespace} ${JSON.stringify(term)}`, (other) => selects(term, namespace, other, cluster));
    addPlaces(places, term, perNode, weight, cluster);
  }
  for (const group of cluster.state.affinityGroups.all) {
    const drawing = [...group.near.map((term) => ({ term, weight: HARD_AFFINITY_WEIGHT })), ...group.preferred];
    for (const { term, weight } of drawing) if (selects(term, group.namespace, pod, cluster)) addPlaces(places, term, group.perNode, weight, cluster);
  }
  return places;
}

function addPlaces(places: Map<string, number>, term: AffinityTerm, perNode: ReadonlyMap<string, number>, weight: number, { state }: Cluster): void {
  for (const [name, pods] of perNode) {
    const node = state.tryNode(name);
    if (node) add(places, placeOf(node, term), weight * pods);
  }
}

function add(places: Map<string, number>, place: string | undefined, by: number): void {
  if (place !== undefined) places.set(place, (places.get(place) ?? 0) + by);
}

function addAll(places: Map<string, number>, more: Places): void {
  for (const [place, count] of more) add(places, place, count);
}

const isIn = ({ node }: NodeInfo, places: Places) => places.size > 0 && Object.entries(node?.metadata.labels ?? {}).some(([key, value]) => places.has(`${key}=${value}`));

const scoreOf = ({ node }: NodeInfo, places: Places) => Object.entries(node?.metadata.labels ?? {}).reduce((sum, [key, value]) => sum + (places.get(`${key}=${value}`) ?? 0), 0);

/** Lowest becomes 0, highest 100. */
function spread(raw: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...raw), Math.max(...raw)];
  return raw.map((score) => (most === least ? 0 : Math.floor((100 * (score - least)) / (most - least))));
}
