import type { DeepReadonly } from '../../base/deep-readonly';
import { apiVersionOf, tryResourceOf } from '../../api/kinds';
import type { ServedKind } from '../../api/object-rules';
import { kindsOfDefinition } from '../../api/schema/custom-kinds';
import type { KubeObject } from '../../api/types';
import type { CheckedObjects } from '../checked-objects';

/** Kinds whose rules are known: the built-in ones, and those whose CustomResourceDefinitions are among the manifests. */
export class KnownKinds {
  private static readonly ofObjects = new WeakMap<CheckedObjects, KnownKinds>();
  private readonly custom: ReadonlyMap<string, ServedKind>;

  static of(checked: CheckedObjects): KnownKinds {
    let kinds = KnownKinds.ofObjects.get(checked);
    if (!kinds) KnownKinds.ofObjects.set(checked, (kinds = new KnownKinds(checked)));
    return kinds;
  }

  private constructor({ all }: CheckedObjects) {
    const definitions = all.filter(({ apiVersion, kind }) => kind === 'CustomResourceDefinition' && typeof apiVersion === 'string' && apiVersion.startsWith('apiextensions.k8s.io/'));
    this.custom = new Map(definitions.flatMap(kindsOfDefinition).map((kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]));
  }

  /** Undefined if nothing is known about the kind in that version. */
  tryGet({ apiVersion, kind }: DeepReadonly<KubeObject>): ServedKind | undefined {
    return tryResourceOf(kind, apiVersion) ?? this.custom.get(`${apiVersion} ${kind}`);
  }

  /** Defined among the manifests. */
  isCustom({ apiVersion, kind }: DeepReadonly<KubeObject>): boolean {
    return this.custom.has(`${apiVersion} ${kind}`);
  }

  /** The API versions that the kind's definition among the manifests serves; none if there is no definition. */
  versionsOf({ apiVersion, kind }: DeepReadonly<KubeObject>): readonly string[] {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    return [...this.custom.values()].filter((known) => known.kind === kind && known.group === group).map(apiVersionOf);
  }
}
