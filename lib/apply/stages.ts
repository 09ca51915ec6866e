import { BACKING_SERVICE_LABEL, DEPENDS_ON_ANNOTATION, RELEASE_TASK_LABEL } from '../api/label-keys';
import type { KubeObject } from '../api/types';
import { sortByKind } from './kind-order';
import type { Manifest } from './load/manifest';

export type StageName = 'foundation' | 'configuration' | 'backing services' | 'release tasks' | 'processes' | 'entrances';

/** Objects that are applied together. */
export interface Stage<T> {
  readonly name: StageName;
  /** In the order to apply. */
  readonly items: readonly T[];
  /** Those of them that must be ready before the next stage. */
  readonly awaited: readonly T[];
}

/** In this order. */
const NAMES: readonly StageName[] = ['foundation', 'configuration', 'backing services', 'release tasks', 'processes', 'entrances'];

const FOUNDATION = ['Namespace', 'CustomResourceDefinition'];
const WORKLOADS = ['ReplicationController', 'ReplicaSet', 'StatefulSet', 'Deployment', 'DaemonSet', 'Pod', 'Job', 'CronJob'];
const ENTRANCES = ['PodDisruptionBudget', 'HorizontalPodAutoscaler', 'Ingress', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];

export const isReleaseTask = ({ kind, metadata }: { readonly kind: string; readonly metadata: KubeObject['metadata'] }) => kind === 'Job' && metadata.labels?.[RELEASE_TASK_LABEL] !== undefined;

/**
 * The order of an apply. By kind: what others refer to comes first. Backing services are ready before release tasks run, and these are done before a process is changed; without release tasks all workloads start together.
 * An object that says what it depends on comes after that in any case; what a release task depends on counts as a backing service. Throws when dependencies go in a circle or lead nowhere. Pure.
 */
export function stagesOf<T extends Manifest>(items: readonly T[]): readonly Stage<T>[] {
  const places = placesOf(items);
  const hasTasks = items.some(({ object }) => isReleaseTask(object));
  const dependedOn = new Set(items.flatMap(({ object }) => dependencyKeys(object)));
  const stages = new Map<string, T[]>();
  for (const item of sortByKind(items)) {
    const { rank, layer } = places.get(item.object) ?? { rank: 0, layer: 0 };
    const key = `${rank} ${String(layer).padStart(4, '0')}`;
    stages.set(key, [...stages.get(key) ?? [], item]);
  }
  return [...stages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, members]) => {
    const name = NAMES[Number(key.split(' ')[0])];
    const all = name === 'foundation' || name === 'release tasks' || (name === 'backing services' && hasTasks);
    return { name, items: members, awaited: all ? members : members.filter(({ object }) => dependedOn.has(keyOf(object))) };
  });
}

interface Place {
  readonly rank: number;
  /** Within the rank, by dependencies. */
  readonly layer: number;
}

function placesOf(items: readonly Manifest[]): ReadonlyMap<KubeObject, Place> {
  const byKey = new Map(items.map((item) => [keyOf(item.object), item]));
  const places = new Map<KubeObject, Place>();
  const needed = neededByTasks(items, byKey);
  const place = ({ object, source }: Manifest, path: readonly string[]): Place => {
    const key = keyOf(object);
    const known = places.get(object);
    if (known) return known;
    if (path.includes(key)) throw new Error(`${source}: these wait for each other: ${[...path.slice(path.indexOf(key)), key].map(shown).join(' → ')}; take one of the dependencies away`);
    let { rank, layer }: Place = { rank: needed.has(key) ? Math.min(rankOf(object), NAMES.indexOf('backing services')) : rankOf(object), layer: 0 };
    for (const wanted of dependencyKeys(object)) {
      const dependency = byKey.get(wanted);
      if (!dependency) throw new Error(`${source}: ${shown(key)} depends on ${shown(wanted)} (${DEPENDS_ON_ANNOTATION}), which is not part of this apply; correct the name, or take the dependency away`);
      const before = place(dependency, [...path, key]);
      if (before.rank > rank) [rank, layer] = [before.rank, before.layer + 1];
      else if (before.rank === rank) layer = Math.max(layer, before.layer + 1);
    }
    places.set(object, { rank, layer });
    return { rank, layer };
  };
  for (const item of items) place(item, []);
  return places;
}

/** What release tasks depend on, directly or not, other than on tasks: it is a backing service to them. Else a task would come after processes that it has to come before. */
function neededByTasks(items: readonly Manifest[], byKey: ReadonlyMap<string, Manifest>): ReadonlySet<string> {
  const needed = new Set<string>();
  const visit = (object: KubeObject): void => {
    for (const key of dependencyKeys(object)) {
      const dependency = byKey.get(key)?.object;
      if (!dependency || needed.has(key) || isReleaseTask(dependency)) continue;
      needed.add(key);
      visit(dependency);
    }
  };
  for (const { object } of items) if (isReleaseTask(object)) visit(object);
  return needed;
}

function rankOf(object: KubeObject): number {
  const { kind, metadata } = object;
  const name: StageName = FOUNDATION.includes(kind) ? 'foundation'
    : ENTRANCES.includes(kind) ? 'entrances'
      : !WORKLOADS.includes(kind) ? 'configuration'
        : isReleaseTask(object) ? 'release tasks'
          : metadata.labels?.[BACKING_SERVICE_LABEL] !== undefined ? 'backing services' : 'processes';
  return NAMES.indexOf(name);
}

const keyOf = ({ kind, metadata: { namespace = '', name = '' } }: KubeObject) => `${namespace}/${kind}/${name}`;
const shown = (key: string) => key.split('/').slice(1).join(' ');

function dependencyKeys({ metadata: { annotations, namespace = '' } }: KubeObject): readonly string[] {
  return (annotations?.[DEPENDS_ON_ANNOTATION] ?? '').split(',').map((word) => word.trim()).filter(Boolean).map((word) => `${namespace}/${word}`);
}
