import type { DeepReadonly } from '../base/deep-readonly';
import type { Node, Pod } from '../api/types';
import { AffinityGroups } from './affinity-terms';
import { MatchCounts } from './match-counts';
import { NodeInfo, uidOf } from './node-info';
import { Nominations } from './nominations';

interface Placed {
  readonly pod: DeepReadonly<Pod>;
  readonly node: string;
}

/** A change of one node's pods that has not happened. */
export interface Supposition {
  readonly added?: readonly DeepReadonly<Pod>[];
  readonly removed?: readonly DeepReadonly<Pod>[];
  readonly node: string;
}

/**
 * What the scheduler believes: nodes, the pods on them, and those it has just placed (assumed) and that the API does not show yet.
 */
export class ClusterState {
  private readonly nodesByName = new Map<string, NodeInfo>();
  private readonly assumed = new Set<string>();
  /** Where each pod is counted, and as which object. */
  private readonly placed = new Map<string, Placed>();
  private readonly images = new Map<string, number>();
  private list: readonly NodeInfo[] | undefined;
  readonly counts = new MatchCounts(() => this.placed.values());
  readonly affinityGroups = new AffinityGroups();
  readonly nominations = new Nominations();

  /** Nodes that exist (not those that only have pods left). */
  get nodes(): readonly NodeInfo[] {
    return (this.list ??= [...this.nodesByName.values()].filter(({ node }) => node !== undefined));
  }

  tryNode(name: string): NodeInfo | undefined {
    return this.nodesByName.get(name);
  }

  nodesWithImage(image: string): number {
    return this.images.get(image) ?? 0;
  }

  setNode(node: DeepReadonly<Node>): void {
    const info = this.info(node.metadata.name ?? '');
    if (!info.node) this.list = undefined;
    this.countImages(info, -1);
    info.setNode(node);
    this.countImages(info, 1);
  }

  removeNode(name: string): void {
    const info = this.nodesByName.get(name);
    if (!info) return;
    this.countImages(info, -1);
    info.setNode(undefined);
    if (info.pods.size === 0) this.nodesByName.delete(name);
    this.list = undefined;
  }

  /** Counts the pod on the node before the API knows. */
  assume(pod: DeepReadonly<Pod>, node: string): void {
    this.assumed.add(uidOf(pod));
    this.place(pod, node);
  }

  /** The binding failed. */
  forget(pod: DeepReadonly<Pod>): void {
    if (this.assumed.delete(uidOf(pod))) this.displace(uidOf(pod));
  }

  isAssumed(pod: DeepReadonly<Pod>): boolean {
    return this.assumed.has(uidOf(pod));
  }

  /** The API shows the pod on its node. */
  set(pod: DeepReadonly<Pod>): void {
    const uid = uidOf(pod);
    const { nodeName = '' } = pod.spec;
    this.assumed.delete(uid);
    const known = this.placed.get(uid);
    if (known?.node !== nodeName || !countsAlike(known.pod, pod)) return this.place(pod, nodeName);
    this.placed.set(uid, { pod, node: nodeName });
    this.info(nodeName).renew(pod);
  }

  remove(pod: DeepReadonly<Pod>): void {
    this.assumed.delete(uidOf(pod));
    this.displace(uidOf(pod));
  }

  /** What the question answers when some pods of the node are gone and others are there. Nothing else may change meanwhile. */
  supposing<T>({ added = [], removed = [], node }: Supposition, question: () => T): T {
    for (const pod of removed) this.displace(uidOf(pod));
    for (const pod of added) this.place(pod, node);
    try {
      return question();
    } finally {
      for (const pod of added) this.displace(uidOf(pod));
      for (const pod of removed) this.place(pod, node);
    }
  }

  private place(pod: DeepReadonly<Pod>, node: string): void {
    this.displace(uidOf(pod));
    this.info(node).add(pod);
    this.affinityGroups.change(pod, node, 1);
    this.placed.set(uidOf(pod), { pod, node });
    this.counts.add(pod, node);
  }

  private displace(uid: string): void {
    const known = this.placed.get(uid);
    if (!known) return;
    const info = this.info(known.node);
    info.remove(known.pod);
    if (!info.node && info.pods.size === 0) this.nodesByName.delete(known.node);
    this.affinityGroups.change(known.pod, known.node, -1);
    this.placed.delete(uid);
    this.counts.remove(known.pod, known.node);
  }

  private countImages({ images }: NodeInfo, by: 1 | -1): void {
    for (const image of images.keys()) this.images.set(image, (this.images.get(image) ?? 0) + by);
  }

  private info(name: string): NodeInfo {
    let info = this.nodesByName.get(name);
    if (!info) this.nodesByName.set(name, info = new NodeInfo(name));
    return info;
  }
}

/** Most changes of a running pod are news of its status, which no rule looks at. Its spec does not change. */
function countsAlike({ metadata: old }: DeepReadonly<Pod>, { metadata }: DeepReadonly<Pod>): boolean {
  if (old.deletionTimestamp !== metadata.deletionTimestamp) return false;
  const [before, after] = [old.labels ?? {}, metadata.labels ?? {}];
  const keys = Object.keys(before);
  return keys.length === Object.keys(after).length && keys.every((key) => before[key] === after[key]);
}
