import type { DeepReadonly } from '../base/deep-readonly';
import type { Node, Pod } from '../api/types';
import { addTo, type Amounts, nonZeroRequests, podRequests, toAmount } from './pod-requests';

export interface UsedPort {
  readonly hostIp: string;
  readonly protocol: string;
  readonly port: number;
}

/** A node and what runs there, as sums that are kept while pods come and go: a decision never adds up all pods. */
export class NodeInfo {
  readonly pods = new Map<string, DeepReadonly<Pod>>();
  readonly requested: Record<string, number> = {};
  readonly nonZeroRequested: Record<string, number> = {};
  readonly ports = new Map<string, readonly UsedPort[]>();
  allocatable: Amounts = {};
  /** Bytes by image name. */
  images: ReadonlyMap<string, number> = new Map();
  node: DeepReadonly<Node> | undefined;

  constructor(readonly name: string) {}

  setNode(node: DeepReadonly<Node> | undefined): void {
    this.node = node;
    this.allocatable = Object.fromEntries(Object.entries(node?.status?.allocatable ?? {}).map(([name, quantity]) => [name, toAmount(name, quantity)]));
    this.images = new Map((node?.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const)));
  }

  add(pod: DeepReadonly<Pod>): void {
    const uid = uidOf(pod);
    this.pods.set(uid, pod);
    this.count(pod, 1);
    const ports = hostPortsOf(pod);
    if (ports.length > 0) this.ports.set(uid, ports);
  }

  remove(pod: DeepReadonly<Pod>): void {
    const uid = uidOf(pod);
    const known = this.pods.get(uid);
    if (!known) return;
    this.count(known, -1);
    this.pods.delete(uid);
    this.ports.delete(uid);
  }

  /** The same pod with another status. */
  renew(pod: DeepReadonly<Pod>): void {
    this.pods.set(uidOf(pod), pod);
  }

  private count(pod: DeepReadonly<Pod>, sign: 1 | -1): void {
    addTo(this.requested, podRequests(pod), sign);
    addTo(this.nonZeroRequested, nonZeroRequests(pod), sign);
  }
}

/** Pods are told apart by uid: one of the same name may already be the next. */
export const uidOf = ({ metadata }: DeepReadonly<Pod>) => metadata.uid ?? `${metadata.namespace}/${metadata.name}`;

export function hostPortsOf({ spec }: DeepReadonly<Pod>): readonly UsedPort[] {
  return spec.containers.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort, containerPort, hostIP = '0.0.0.0', protocol = 'TCP' }) => {
    const port = hostPort || (spec.hostNetwork ? containerPort : 0);
    return port ? [{ hostIp: hostIP || '0.0.0.0', protocol, port }] : [];
  }));
}
