import type { KubeObject } from '../../../lib/api/types';
import type { Manifest } from '../../../lib/apply/load/manifest';
import type { Graph, GraphEdge, GraphNode } from './graph';
import { referencesAmong } from './references';

/** Every object, those of one construct in one box. */
export function objectGraph(manifests: readonly Manifest[]): Graph {
  const objects = manifests.map(({ object }) => object);
  const nodes = new Map(manifests.map((manifest): [string, GraphNode] => {
    const { object } = manifest;
    return [idOf(object.kind, object.metadata.namespace, object.metadata.name), { id: idOf(object.kind, object.metadata.namespace, object.metadata.name), name: object.metadata.name ?? '', kind: object.kind, group: tryConstruct(manifest)?.path }];
  }));
  const edges = referencesAmong(objects).map(({ from, kind, name, label }): GraphEdge => {
    const to = idOf(kind, from.metadata.namespace, name);
    if (!nodes.has(to)) nodes.set(to, { id: to, name, kind }); // not among the manifests: somebody else's
    return { from: idOf(from.kind, from.metadata.namespace, from.metadata.name), to, label };
  });
  return { nodes: [...nodes.values()], edges: unique(edges) };
}

/** The constructs of a program, each with all its objects as one node: what depends on what as the program says it. */
export function constructGraph(manifests: readonly Manifest[]): Graph {
  const owners = new Map(manifests.flatMap((manifest): [string, GraphNode][] => {
    const { kind, metadata } = manifest.object;
    const construct = tryConstruct(manifest);
    return [[idOf(kind, metadata.namespace, metadata.name), construct ? { id: construct.path, name: construct.name, kind: '' } : { id: idOf(kind, metadata.namespace, metadata.name), name: metadata.name ?? '', kind }]];
  }));
  const { nodes, edges } = objectGraph(manifests);
  const ownerOf = (id: string) => owners.get(id) ?? nodes.find((node) => node.id === id);
  // A construct is what its workload is; one without is what it keeps.
  const kinds = new Map<string, string>();
  for (const { object, ...rest } of manifests) {
    const path = tryConstruct({ object, ...rest })?.path;
    if (path !== undefined && rank(object) > rankOf(kinds.get(path))) kinds.set(path, object.kind);
  }
  const between = edges.flatMap(({ from, to, label }): GraphEdge[] => {
    const [a, b] = [ownerOf(from)?.id, ownerOf(to)?.id];
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b, label }];
  });
  const all = new Map(nodes.map((node) => ownerOf(node.id)).flatMap((node) => (node ? [[node.id, { ...node, kind: kinds.get(node.id) ?? node.kind }] as const] : [])));
  return { nodes: [...all.values()], edges: unique(between) };
}

/** The construct that a program wrote: `shop/web` of `shop/web/deployment`. undefined for YAML, and for objects put into the chart by hand. */
function tryConstruct({ origin }: Manifest): { readonly path: string; readonly name: string } | undefined {
  if (origin?.kind !== 'construct') return undefined;
  const [app, ...ids] = origin.path.split('/');
  return ids.length < 2 ? undefined : { path: [app, ...ids.slice(0, -1)].join('/'), name: ids.slice(0, -1).join('/') };
}

const RANK = ['ConfigMap', 'Secret', 'Service', 'CronJob', 'Job', 'DaemonSet', 'StatefulSet', 'Deployment'];
const rankOf = (kind: string | undefined) => (kind === undefined ? -2 : RANK.indexOf(kind));
const rank = ({ kind }: KubeObject) => rankOf(kind);

const idOf = (kind: string, namespace: string | undefined, name: string | undefined) => [kind, ...(namespace ? [namespace] : []), name ?? ''].join('/');

/** One arrow for each way in which one needs the other. */
function unique(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const labels = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const key = `${edge.from}\n${edge.to}`;
    const there = labels.get(key);
    if (!there) labels.set(key, edge);
    else if (!there.label.split(', ').includes(edge.label)) labels.set(key, { ...there, label: `${there.label}, ${edge.label}` });
  }
  return [...labels.values()];
}
