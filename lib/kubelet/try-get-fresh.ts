import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import type { ObjectReference } from '../client/client';
import type { KubeletContext } from './kubelet-context';

/** From the informer; what it does not know (yet) is asked for, so that a pod never waits for a watch to catch up. */
export async function tryGetFresh<K extends KindName>(
  { lister, client }: Pick<KubeletContext, 'lister' | 'client'>, kind: K, reference: ObjectReference,
): Promise<DeepReadonly<KindOf<K>> | undefined> {
  return lister.tryGet(kind, reference) ?? client.tryGet(kind, reference);
}
