import { APP_LABEL, KEEP_ANNOTATION } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { sortByKind } from '../kind-order';
import { configReferences, type PodTemplate } from '../pod-template';
import { type Identity, identityKey, identityOf, type Release } from '../releases/release';

type Object = DeepReadonly<KubeObject>;

/** What was in a release of the application and is not in the program any more. Pure. */
export function leftOver(releases: readonly Release[], wanted: readonly Object[]): readonly Identity[] {
  const still = new Set(wanted.map((object) => identityKey(identityOf(object))));
  const known = new Map(releases.flatMap(({ inventory }) => inventory).map((identity) => [identityKey(identity), identity]));
  return [...known].filter(([key]) => !still.has(key)).map(([, identity]) => identity);
}

export interface PruneSituation {
  readonly application: string;
  /** What is left over, as it is in the cluster. */
  readonly left: readonly Object[];
  /** Releases that can be rolled back to. */
  readonly kept: readonly Release[];
  /** `Kind/name` of what somebody wants to stay this time. @default nothing */
  readonly asked?: readonly string[];
  /** Templates of what runs or may be rolled back to by its controller, with their namespaces. */
  readonly templates: readonly { readonly namespace: string; readonly template: PodTemplate }[];
  /** Namespaces whose templates we may not read: all configuration there may be in use. @default none */
  readonly unreadable?: readonly string[];
}

export interface PrunePlan {
  /** In the order to delete. */
  readonly remove: readonly Object[];
  /** They stay: with their data, or because somebody said so. */
  readonly keep: readonly { readonly object: Object; readonly reason: 'data' | 'annotation' | 'asked' | 'referenced' | 'forbidden' }[];
}

/** Deleting these takes data, or other people's objects, with them. */
const DATA = ['PersistentVolumeClaim', 'PersistentVolume', 'Namespace', 'CustomResourceDefinition'];

/** Which of the left-over objects are removed. What belongs to another application, or to an owner in the cluster, is nobody's business here. Pure. */
export function planPrune({ application, left, kept, asked = [], templates, unreadable = [] }: PruneSituation): PrunePlan {
  const inReleases = new Set(kept.flatMap(({ objects = [] }) => objects.map((object) => identityKey(identityOf(object)))));
  const inUse = new Set(templates.flatMap(({ namespace, template }) => {
    const { configMaps, secrets } = configReferences(template);
    return [...[...configMaps].map((name) => `ConfigMap/${namespace}/${name}`), ...[...secrets].map((name) => `Secret/${namespace}/${name}`)];
  }));
  const reasonToKeep = (object: Object) => {
    const { kind, metadata: { namespace = '', name = '', annotations } } = object;
    if (annotations?.[KEEP_ANNOTATION] === 'true') return 'annotation' as const;
    if (asked.includes(`${kind}/${name}`)) return 'asked' as const;
    if (DATA.includes(kind)) return 'data' as const;
    if (kind !== 'ConfigMap' && kind !== 'Secret') return undefined;
    return unreadable.includes(namespace) || inReleases.has(identityKey(identityOf(object))) || inUse.has(`${kind}/${namespace}/${name}`) ? 'referenced' as const : undefined;
  };
  const own = left.filter(({ metadata }) => metadata.labels?.[APP_LABEL] === application && !metadata.ownerReferences?.length && !metadata.deletionTimestamp);
  const judged = own.map((object) => ({ object, reason: reasonToKeep(object) }));
  return {
    remove: [...sortByKind(judged.filter(({ reason }) => reason === undefined))].reverse().map(({ object }) => object),
    keep: judged.flatMap(({ object, reason }) => (reason ? [{ object, reason }] : [])),
  };
}

/** The program has nothing in common with what it was: most likely it was not the program that was meant. Pure. */
export function removesEverything(releases: readonly Release[], wanted: readonly Object[], plan: PrunePlan): boolean {
  const known = new Set(releases.flatMap(({ inventory }) => inventory).map(identityKey));
  return plan.remove.length > 0 && !wanted.some((object) => known.has(identityKey(identityOf(object))));
}
