import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import type { KubeObject } from '../api/types';
import type { KubernetesRange } from '../api/versions/kubernetes-range';
import { podTemplatesIn, type PodTemplate } from './pod-templates';

/** What the manifests are meant for. */
export interface CheckTarget {
  /** The oldest and newest Kubernetes that they are to run on: `1.28`. */
  readonly kubernetes: KubernetesRange;
}

/** The bundled runtime's. */
export const DEFAULT_TARGET: CheckTarget = { kubernetes: { from: '1.28', to: '1.28' } };

/** The manifests that are applied together. Objects that name no namespace are taken to be in the same one. Indexed, so that a rule may look up in a loop. */
export class CheckedObjects {
  private readonly byKind: ReadonlyMap<string, readonly DeepReadonly<KubeObject>[]>;
  private readonly byName: ReadonlyMap<string, DeepReadonly<KubeObject>>;
  private templates: readonly PodTemplate[] | undefined;
  private templatesByNamespace: ReadonlyMap<string, readonly PodTemplate[]> | undefined;

  constructor(readonly all: readonly DeepReadonly<KubeObject>[], readonly target: CheckTarget = DEFAULT_TARGET) {
    this.byKind = groupBy(all, ({ kind }) => kind);
    this.byName = new Map(all.map((object) => [nameKey(object.kind, object.metadata.namespace, object.metadata.name), object]));
  }

  ofKind<K extends KindName>(kind: K): readonly DeepReadonly<KindOf<K>>[] {
    return (this.byKind.get(kind) ?? []) as unknown as readonly DeepReadonly<KindOf<K>>[];
  }

  /** The objects of a kind in one namespace. */
  inNamespace<K extends KindName>(kind: K, namespace: string | undefined): readonly DeepReadonly<KindOf<K>>[] {
    return this.ofKind(kind).filter(({ metadata }) => (metadata as KubeObject['metadata']).namespace === namespace);
  }

  /** The object of that name, or undefined: it may be in the cluster already. */
  tryFind<K extends KindName>(kind: K, namespace: string | undefined, name: string | undefined): DeepReadonly<KindOf<K>> | undefined {
    return this.byName.get(nameKey(kind, namespace, name)) as unknown as DeepReadonly<KindOf<K>> | undefined;
  }

  /** Pods and pod templates of all workloads. */
  get podTemplates(): readonly PodTemplate[] {
    return (this.templates ??= podTemplatesIn(this.all));
  }

  podTemplatesOf(namespace: string | undefined): readonly PodTemplate[] {
    this.templatesByNamespace ??= groupBy(this.podTemplates, ({ object }) => object.metadata.namespace ?? '');
    return this.templatesByNamespace.get(namespace ?? '') ?? [];
  }
}

const nameKey = (kind: string, namespace: string | undefined, name: string | undefined) => `${kind}/${namespace ?? ''}/${name ?? ''}`;

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
