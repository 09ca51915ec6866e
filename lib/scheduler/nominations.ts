import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import { priorityOf } from './priority';
import { uidOf } from './node-info';

/** Pods that wait for their victims to end on a node: what they will need there is kept from pods that are not more important. */
export class Nominations {
  private readonly byUid = new Map<string, { readonly pod: DeepReadonly<Pod>; readonly node: string }>();

  set(pod: DeepReadonly<Pod>, node: string | undefined): void {
    if (node) this.byUid.set(uidOf(pod), { pod, node });
    else this.byUid.delete(uidOf(pod));
  }

  remove(pod: DeepReadonly<Pod>): void {
    this.byUid.delete(uidOf(pod));
  }

  tryNode(pod: DeepReadonly<Pod>): string | undefined {
    return this.byUid.get(uidOf(pod))?.node;
  }

  /** Whom the pod must leave room for on the node. */
  before(pod: DeepReadonly<Pod>, node: string): readonly DeepReadonly<Pod>[] {
    return this.on(node).filter((other) => uidOf(other) !== uidOf(pod) && priorityOf(other) >= priorityOf(pod));
  }

  /** Whose nomination a more important pod has taken over. */
  below(pod: DeepReadonly<Pod>, node: string): readonly DeepReadonly<Pod>[] {
    return this.on(node).filter((other) => priorityOf(other) < priorityOf(pod));
  }

  private on(node: string): readonly DeepReadonly<Pod>[] {
    if (this.byUid.size === 0) return [];
    return [...this.byUid.values()].filter((nomination) => nomination.node === node).map(({ pod }) => pod);
  }
}
