import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, OwnerReference } from '../../api/types';
import type { Change } from '../../client/informers';

type Reference = DeepReadonly<OwnerReference>;

export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

export interface GraphNode {
  identity: Identity;
  owners: readonly Reference[];
  readonly dependents: Set<GraphNode>;
  deleting: boolean;
  /** Foreground: it goes after its dependents. */
  waitsForDependents: boolean;
  /** Known from an owner reference only; whether it exists has to be asked. */
  isVirtual: boolean;
}

export interface Todo {
  /** Uids whose owners (or own state) have to be looked at. */
  readonly examine: readonly string[];
  /** Uids whose dependents are to be kept without them. */
  readonly orphan: readonly string[];
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** Who owns whom, over all kinds. Pure bookkeeping: changes go in, what has to be looked at comes out. */
export class DependencyGraph {
  private readonly nodes = new Map<string, GraphNode>();

  tryNode(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  apply(change: Change<DeepReadonly<KubeObject>>): Todo {
    return change.type === 'deleted' ? this.remove(change.object.metadata.uid ?? '') : this.put(change.object);
  }

  /** The object is gone (or never was): its dependents are to be looked at, and owners that waited for it. */
  remove(uid: string): Todo {
    const node = this.nodes.get(uid);
    if (!node) return { examine: [], orphan: [] };
    this.nodes.delete(uid);
    const waiting = this.unlink(node, node.owners).filter(({ waitsForDependents }) => waitsForDependents);
    const dependents = [...node.dependents];
    // Remembered until they are gone.
    if (dependents.length > 0) this.nodes.set(uid, { ...node, isVirtual: true, deleting: false, waitsForDependents: false, owners: [] });
    return { examine: [...dependents, ...waiting].map(uidOf), orphan: [] };
  }

  private put(object: DeepReadonly<KubeObject>): Todo {
    const { uid = '', finalizers = [], deletionTimestamp, ownerReferences = [], namespace, name = '' } = object.metadata;
    const identity = { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid };
    const node = this.ensure(identity);
    const before = { deleting: node.deleting, waits: node.waitsForDependents, owners: node.owners };
    node.identity = identity;
    node.isVirtual = false;
    node.deleting = deletionTimestamp !== undefined;
    node.waitsForDependents = node.deleting && finalizers.includes(FOREGROUND);
    node.owners = ownerReferences;

    const examine = new Set<string>();
    const added = ownerReferences.filter((reference) => !before.owners.some((old) => old.uid === reference.uid));
    const removed = before.owners.filter((old) => !ownerReferences.some((reference) => reference.uid === old.uid));
    const unblocked = before.owners.filter((old) => old.blockOwnerDeletion && ownerReferences.some(({ uid: same, blockOwnerDeletion }) => same === old.uid && !blockOwnerDeletion));
    for (const reference of added) {
      const owner = this.ensure({ apiVersion: reference.apiVersion, kind: reference.kind, name: reference.name, uid: reference.uid, namespace });
      owner.dependents.add(node);
      if (owner.isVirtual || owner.waitsForDependents) examine.add(uid).add(owner.identity.uid);
    }
    const released = [...this.unlink(node, removed), ...unblocked.flatMap((reference) => this.nodes.get(reference.uid) ?? [])];
    for (const owner of released) if (owner.waitsForDependents) examine.add(owner.identity.uid);
    if (node.waitsForDependents && !before.waits) for (const dependent of [node, ...node.dependents]) examine.add(dependent.identity.uid);
    if (removed.length > 0 && ownerReferences.length > 0) examine.add(uid);
    const orphan = node.deleting && finalizers.includes(ORPHAN) ? [uid] : [];
    return { examine: [...examine], orphan };
  }

  private ensure(identity: Identity): GraphNode {
    let node = this.nodes.get(identity.uid);
    if (!node) this.nodes.set(identity.uid, node = { identity, owners: [], dependents: new Set(), deleting: false, waitsForDependents: false, isVirtual: true });
    return node;
  }

  /** The owners that are no longer. Forgets those known only through this dependent. */
  private unlink(node: GraphNode, references: readonly Reference[]): readonly GraphNode[] {
    return references.flatMap(({ uid }) => {
      const owner = this.nodes.get(uid);
      if (!owner) return [];
      for (const dependent of owner.dependents) if (dependent.identity.uid === node.identity.uid) owner.dependents.delete(dependent);
      if (owner.isVirtual && owner.dependents.size === 0) this.nodes.delete(uid);
      return [owner];
    });
  }
}

export const uidOf = ({ identity }: GraphNode) => identity.uid;
