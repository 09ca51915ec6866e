import type { DeepReadonly } from '../base/deep-readonly';
import type { Node, Pod } from '../api/types';
import { MatchCounts } from './match-counts';
import { NodeInfo, uidOf } from './node-info';

/**
 * What the scheduler believes: nodes, the pods on them, and those it has just placed (assumed) and that the API does not show yet.
 */
export class ClusterState {
  private readonly nodesByName = new Map<string, NodeInfo>();
  private readonly assumed = new Set<string>();
  /** Where each pod is counted, and as which object. */
  private readonly placed = new Map<string, { readonly pod: DeepReadonly<Pod>; readonly node: string }>();
  private list: readonly NodeInfo[] | undefined;
  readonly counts = new MatchCounts(() => this.placed.values());
  private withAffinity = 0;

  /** Nodes that exist (not those that only have pods left). */
  get nodes(): readonly NodeInfo[] {
    return (this.list ??= [...this.nodesByName.values()].filter(({ node }) => node !== undefined));
  }

  /** Whether any pod has rules about other pods: otherwise nobody needs to look. */
  get hasAffinity(): boolean {
    return this.withAffinity > 0;
  }

  tryNode(name: string): NodeInfo | undefined {
    return this.nodesByName.get(name);
  }

  setNode(node: DeepReadonly<Node>): void {
    this.info(node.metadata.name ?? '').setNode(node);
    this.list = undefined;
  }

  removeNode(name: string): void {
    const info = this.nodesByName.get(name);
    info?.setNode(undefined);
    if (info?.pods.size === 0) this.nodesByName.delete(name);
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
    this.assumed.delete(uidOf(pod));
    this.place(pod, pod.spec.nodeName ?? '');
  }

  remove(pod: DeepReadonly<Pod>): void {
    this.assumed.delete(uidOf(pod));
    this.displace(uidOf(pod));
  }

  private place(pod: DeepReadonly<Pod>, node: string): void {
    this.displace(uidOf(pod));
    const info = this.info(node);
    info.add(pod);
    this.withAffinity += info.withAffinity.has(uidOf(pod)) ? 1 : 0;
    this.placed.set(uidOf(pod), { pod, node });
    this.counts.add(pod, node);
  }

  private displace(uid: string): void {
    const known = this.placed.get(uid);
    if (!known) return;
    const info = this.info(known.node);
    this.withAffinity -= info.withAffinity.has(uid) ? 1 : 0;
    info.remove(known.pod);
    if (!info.node && info.pods.size === 0) this.nodesByName.delete(known.node);
    this.placed.delete(uid);
    this.counts.remove(known.pod, known.node);
  }

  private info(name: string): NodeInfo {
    let info = this.nodesByName.get(name);
    if (!info) this.nodesByName.set(name, info = new NodeInfo(name));
    return info;
  }
}
