import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf, ResourceInfo } from '../api/kinds';
import type { KubeObject } from '../api/types';
import type { Pod } from '../api/types';

/** Reads of committed objects straight from the store, for admission, authorization and controllers inside the API server. */
export interface ObjectReader {
  tryGet<K extends KindName>(kind: K, reference: { readonly namespace?: string; readonly name: string }): DeepReadonly<KindOf<K>> | undefined;
  /** Of any resource, custom ones included. */
  all(resource: ResourceInfo, namespace?: string): readonly DeepReadonly<KubeObject>[];
  list<K extends KindName>(kind: K, namespace?: string): readonly DeepReadonly<KindOf<K>>[];
  /** The pods bound to a node, of all namespaces or one. */
  podsOn(node: string, namespace?: string): readonly DeepReadonly<Pod>[];
}
