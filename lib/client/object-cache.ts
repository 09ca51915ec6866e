import type { DeepReadonly } from '../base/deep-readonly';
import { controllerOf, keyOf, type ObjectKey } from '../api/object-key';
import type { KubeObject } from '../api/types';

type Object = DeepReadonly<KubeObject>;

/**
 * Objects of one kind by key, by namespace and by controlling owner, so that a sync of one ReplicaSet does not look at every pod of the cluster.
 * Lists are kept until the next change of their index and shared.
 */
export class ObjectCache {
  private readonly byKey = new Map<ObjectKey, Object>();
  private readonly byNamespace = new Index();
  private readonly byOwner = new Index();
  private all: readonly Object[] | undefined;

  get(key: ObjectKey): Object | undefined {
    return this.byKey.get(key);
  }

  keys(): IterableIterator<ObjectKey> {
    return this.byKey.keys();
  }

  list(namespace?: string): readonly Object[] {
    return namespace === undefined || namespace === '' ? (this.all ??= [...this.byKey.values()]) : this.byNamespace.list(namespace);
  }

  /** Objects whose controller has this uid. */
  ownedBy(uid: string): readonly Object[] {
    return this.byOwner.list(uid);
  }

  /** Objects of the namespace that no controller owns. */
  withoutController(namespace: string): readonly Object[] {
    return this.byOwner.list(orphansOf(namespace));
  }

  set(object: Object): void {
    const key = keyOf(object);
    const old = this.byKey.get(key);
    this.byKey.set(key, object);
    this.all = undefined;
    this.byNamespace.set(object.metadata.namespace ?? '', key, object);
    if (old && ownerKey(old) !== ownerKey(object)) this.byOwner.delete(ownerKey(old), key);
    this.byOwner.set(ownerKey(object), key, object);
  }

  delete(key: ObjectKey): void {
    const old = this.byKey.get(key);
    if (!old) return;
    this.byKey.delete(key);
    this.all = undefined;
    this.byNamespace.delete(old.metadata.namespace ?? '', key);
    this.byOwner.delete(ownerKey(old), key);
  }
}

const orphansOf = (namespace: string) => `${namespace}/`;
const ownerKey = (object: Object) => controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace ?? '');

class Index {
  private readonly groups = new Map<string, { readonly members: Map<ObjectKey, Object>; list?: readonly Object[] }>();

  list(group: string): readonly Object[] {
    const found = this.groups.get(group);
    return found ? (found.list ??= [...found.members.values()]) : [];
  }

  set(group: string, key: ObjectKey, object: Object): void {
    let found = this.groups.get(group);
    if (!found) this.groups.set(group, found = { members: new Map() });
    found.members.set(key, object);
    found.list = undefined;
  }

  delete(group: string, key: ObjectKey): void {
    const found = this.groups.get(group);
    if (!found) return;
    found.members.delete(key);
    found.list = undefined;
    if (found.members.size === 0) this.groups.delete(group);
  }
}
