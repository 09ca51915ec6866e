import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { BackendOptions } from '../store/backend';
import type { AnyObject } from './any-object';

/** By which pods are found: what every node lists and watches. */
export const onNode = (node: string) => `spec.nodeName=${node}`;

/** How the API server's objects lie in a store; to be given to the backend. */
export const OBJECT_STORE: BackendOptions<KubeObject> = {
  stamp(object, revision) {
    (object as AnyObject).metadata.resourceVersion = String(revision);
    return object;
  },
  terms: (_key, object) => termsOf(object),
};

const NONE: readonly string[] = [];

function termsOf(object: DeepReadonly<KubeObject>): readonly string[] {
  const node = object.kind === 'Pod' ? (object as DeepReadonly<AnyObject>).spec?.nodeName : undefined;
  return typeof node === 'string' && node !== '' ? [onNode(node)] : NONE;
}
