import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import type { KubeObject } from '../api/types';

/** The manifests that are applied together. Objects that name no namespace are taken to be in the same one. */
export class CheckedObjects {
  constructor(readonly all: readonly DeepReadonly<KubeObject>[]) {}

  ofKind<K extends KindName>(kind: K): readonly DeepReadonly<KindOf<K>>[] {
    return this.all.filter((object) => object.kind === kind) as unknown as readonly DeepReadonly<KindOf<K>>[];
  }

  /** The objects of a kind in one namespace. */
  inNamespace<K extends KindName>(kind: K, namespace: string | undefined): readonly DeepReadonly<KindOf<K>>[] {
    return this.ofKind(kind).filter(({ metadata }) => (metadata as KubeObject['metadata']).namespace === namespace);
  }
}
