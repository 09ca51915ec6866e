import { cidrContains, cidrsOverlap, formatCidr, parseCidr } from '../../base/cidr';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Node } from '../../api/types';
import type { Client } from '../../client/client';
import { type HostRoute, tryFindConflict } from '../../cri/docker/network/host-routes';

/** Not an address of anybody's Services: the refusal says which range is right. */
const ELSEWHERE = '192.0.2.255';
const RANGE = /range of valid IPs is ([\d.]+\/\d+)/;

/** The addresses of Services, as the API server tells who asks for an impossible one. Undefined when it does not tell this user. */
export async function tryServiceRange(client: Client): Promise<string | undefined> {
  const refusal = await client.create(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'twelve-node-join', namespace: 'default' }, spec: { clusterIP: ELSEWHERE, ports: [{ port: 1 }] } }, { dryRun: true },
  ).then(() => '', (error: unknown) => (error instanceof Error ? error.message : ''));
  return RANGE.exec(refusal)?.[1] ?? await firstServiceCidr(client);
}

/** Newer clusters keep the ranges as objects. */
async function firstServiceCidr(client: Client): Promise<string | undefined> {
  for (const version of ['v1', 'v1beta1']) {
    const list = await client.listObjects({ apiVersion: `networking.k8s.io/${version}`, kind: 'ServiceCIDR' }).catch(() => undefined);
    const ranges = (list?.items ?? []).flatMap((item) => (item as { readonly spec?: { readonly cidrs?: readonly string[] } }).spec?.cidrs ?? []);
    const found = ranges.find((range) => /^[\d.]+\/\d+$/.test(range));
    if (found) return found;
  }
  return undefined;
}

/** The addresses of all pods where the cluster was made by kubeadm, which wrote them down. */
export async function tryPodRange(client: Client): Promise<string | undefined> {
  const found = await client.tryGet('ConfigMap', { namespace: 'kube-system', name: 'kubeadm-config' }).catch(() => undefined);
  return /podSubnet: *"?([\d.]+\/\d+)/.exec(found?.data?.['ClusterConfiguration'] ?? '')?.[1];
}

const FIRST_SUBNET = '10.244.0.0/24';

/** Addresses for the pods of a node that the cluster gives none: the first /24 that no other node and no route of this host has. Pure. */
export function freeSubnet(nodes: readonly DeepReadonly<Node>[], routes: readonly HostRoute[], ownInterface: string): string {
  const taken = nodes.flatMap(({ spec }) => (spec?.podCIDR && /^[\d.]+\/\d+$/.test(spec.podCIDR) ? [parseCidr(spec.podCIDR)] : []));
  const { base, prefix } = parseCidr(FIRST_SUBNET);
  for (let step = 0; step < 4096; step += 1) {
    const cidr = { base: base + step * 256, prefix };
    if (!taken.some((other) => cidrsOverlap(cidr, other)) && !tryFindConflict(formatCidr(cidr), routes, ownInterface)) return formatCidr(cidr);
  }
  throw new Error('no free address range for the pods of this node was found; choose one with --pod-cidr');
}

/** The range of all pods, when the node's is a part of it; else the node's own. Pure. */
export function podRangeFor(podCidr: string, podRange: string | undefined): string {
  return podRange && cidrContains(parseCidr(podRange), parseCidr(podCidr).base) ? podRange : podCidr;
}
