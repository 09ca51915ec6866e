import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject, OwnerReference } from './types';

/** `namespace/name`, or `name` for what has no namespace: the key of work queues and informer caches. */
export type ObjectKey = string;

export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name?: string } }): ObjectKey {
  const { namespace, name = '' } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

export function splitKey(key: ObjectKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages the object (`controller: true`). */
export function controllerOf(object: DeepReadonly<KubeObject>): DeepReadonly<OwnerReference> | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}

export function controllerReference(owner: DeepReadonly<KubeObject>): OwnerReference {
  return { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name ?? '', uid: owner.metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}
