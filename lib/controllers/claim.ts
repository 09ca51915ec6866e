import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import { controllerOf, controllerReference } from '../api/object-key';
import { matchesLabelSelector } from '../api/selectors';
import { isInvalid, isNotFound } from '../api/status-error';
import type { KubeObject, LabelSelector } from '../api/types';
import type { ControllerContext } from './controller';

/**
 * The objects that belong to the owner, after adopting what the selector selects and nobody owns, and releasing what it owns but no longer selects.
 * What is adopted gets the finalizers.
 */
export async function claim<K extends KindName>(kind: K, owner: DeepReadonly<KubeObject>, selector: DeepReadonly<LabelSelector>, context: Pick<ControllerContext, 'lister' | 'client'>, { finalizers = [] }: { readonly finalizers?: readonly string[] } = {}): Promise<readonly DeepReadonly<KindOf<K>>[]> {
  const { lister, client } = context;
  const uid = owner.metadata.uid ?? '';
  const namespace = owner.metadata.namespace ?? '';
  const matches = (object: DeepReadonly<KubeObject>) => matchesLabelSelector(selector, object.metadata.labels as Record<string, string>);

  const owned = lister.ownedBy(kind, uid).filter((object) => controllerOf(object)?.kind === owner.kind);
  const kept = owned.filter(matches);
  if (owner.metadata.deletionTimestamp) return kept;

  const lost = owned.filter((object) => !matches(object));
  const adoptable = lister.withoutController(kind, namespace).filter((object) => !object.metadata.deletionTimestamp && matches(object));
  await Promise.all(lost.map((object) => patchOwners(object, { $patch: 'delete', uid })));
  if (adoptable.length === 0) return kept;

  // The informer may not know yet that the owner was deleted, or deleted and made anew.
  const fresh = await client.tryGetObject({ apiVersion: owner.apiVersion, kind: owner.kind }, { namespace, name: owner.metadata.name ?? '' });
  if (!fresh || fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp) return kept;
  const adopted = await Promise.all(adoptable.map((object) => patchOwners(object, controllerReference(owner), finalizers)));
  return [...kept, ...adopted.filter((object) => object !== undefined)];

  async function patchOwners(object: DeepReadonly<KindOf<K>>, reference: object, added: readonly string[] = []): Promise<DeepReadonly<KindOf<K>> | undefined> {
    try {
      return await client.patch(kind, { namespace, name: object.metadata.name ?? '' }, { metadata: { uid: object.metadata.uid, ownerReferences: [reference], ...(added.length > 0 && { finalizers: added }) } });
    } catch (error) {
      if (isNotFound(error) || isInvalid(error)) return undefined; // gone, or made anew under another uid
      throw error;
    }
  }
}
