import type { DeepReadonly } from '../base/deep-readonly';
import { keyOf } from '../api/object-key';
import { parsePortsInUse, PORTS_IN_USE_ANNOTATION } from '../api/ports-in-use';
import type { Node, Pod, Service as ServiceObject } from '../api/types';
import type { Controller } from './controller';
import { writeStatus } from './write-status';

type Balanced = DeepReadonly<ServiceObject>;

export type Assignment = { readonly address: string } | { readonly conflict: string };

/** A port of a host that is no Service's. */
export interface TakenPort {
  readonly address: string;
  /** `80/TCP` */
  readonly id: string;
  readonly owner: string;
  /** What makes it free. */
  readonly fix: string;
  /** A Service that has the address has the port, too: its rules come first. */
  readonly yields: boolean;
}

/** The first address on which no other Service, no pod and no program has one of the ports. A Service that has the address keeps it, unless the node says that others have the port. Pure. */
export function assignAddress(service: Balanced, others: readonly Balanced[], addresses: readonly string[], hostPorts: readonly TakenPort[] = []): Assignment {
  const current = service.status?.loadBalancer?.ingress?.[0]?.ip;
  const requested = service.spec.loadBalancerIP;
  const candidates = requested ? addresses.filter((address) => address === requested) : [...addresses].sort((a, b) => Number(b === current) - Number(a === current));
  let conflict = requested ? `the address ${requested} is none of ${addresses.join(', ')}; leave spec.loadBalancerIP out` : 'there is no address';
  for (const address of candidates) {
    const taken = others.filter(({ status }) => status?.loadBalancer?.ingress?.some(({ ip }) => ip === address))
      .flatMap((other) => (other.spec.ports ?? []).map((port) => ({ other, id: portId(port) })))
      .find(({ id }) => (service.spec.ports ?? []).some((port) => portId(port) === id));
    const used = hostPorts.find((port) => port.address === address && !(port.yields && address === current) && (service.spec.ports ?? []).some((own) => portId(own) === port.id));
    if (!taken && !used) return { address };
    conflict = taken
      ? `port ${taken.id} of ${address} is already used by the Service ${keyOf(taken.other)}; use another port, or delete that Service`
      : `port ${used?.id} of ${address} is already used by ${used?.owner}; use another port, or ${used?.fix}`;
  }
  return { conflict };
}

const portId = ({ port, protocol = 'TCP' }: { readonly port: number; readonly protocol?: string }) => `${port}/${protocol}`;

const isBalanced = ({ spec, metadata }: Balanced) => spec.type === 'LoadBalancer' && !spec.loadBalancerClass && !metadata.deletionTimestamp;

const isPending = (service: Balanced) => isBalanced(service) && !service.status?.loadBalancer?.ingress?.length;

function hostPortsOf({ metadata, spec, status }: DeepReadonly<Pod>): readonly TakenPort[] {
  const { hostIP } = status ?? {};
  if (!hostIP || status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
  return spec.containers.flatMap(({ ports = [] }) => ports).flatMap(({ hostPort, protocol }) => (hostPort ? [{ address: hostIP, id: portId({ port: hostPort, protocol }), owner: `the pod ${keyOf({ metadata })}`, fix: 'delete that pod', yields: true }] : []));
}

const declaredPorts = ({ metadata }: DeepReadonly<Node>) => metadata.annotations?.[PORTS_IN_USE_ANNOTATION];

/** What the node's proxy has found in use by programs and other runtimes. */
function portsInUse(node: DeepReadonly<Node>): readonly TakenPort[] {
  const addresses = (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP');
  return parsePortsInUse(declaredPorts(node)).flatMap(({ id, owner }) => addresses.map(({ address }) => ({ address, id, owner, fix: 'end that one', yields: false })));
}

/** Services of type LoadBalancer are reached at the host's own address; the proxy does the rest. Names and events follow pkg/controllers/service of the cloud provider. */
export const serviceLoadBalancer: Controller = {
  name: 'service-controller',
  concurrency: 1, // two Services must not get the same port

  watches: [
    { kind: 'Service', enqueue: 'self' },
    {
      kind: 'Service', // an address may have become free
      enqueue: (service, { lister }, change) => {
        const had = (change.type === 'modified' ? change.old : service).status?.loadBalancer?.ingress?.length;
        const freed = change.type === 'deleted' || (change.type === 'modified' && (!isBalanced(service) || JSON.stringify(change.old.spec.ports) !== JSON.stringify(service.spec.ports)));
        return had && freed ? lister.list('Service').filter(isPending).map(keyOf) : [];
      },
    },
    { kind: 'Pod', enqueue: (pod, { lister }, change) => (change.type === 'deleted' && hostPortsOf(pod).length > 0 ? lister.list('Service').filter(isPending).map(keyOf) : []) },
    {
      kind: 'Node',
      enqueue: (node, { lister }, change) => (declaredPorts(node) === (change.type === 'modified' ? declaredPorts(change.old) : undefined) ? [] : lister.list('Service').filter(isBalanced).map(keyOf)),
    },
  ],

  async sync(key, { lister, client, events, options: { loadBalancerAddresses = [], keepForeignLoadBalancers } }) {
    const service = lister.tryGet('Service', key);
    if (!service || loadBalancerAddresses.length === 0) return;
    const has = service.status?.loadBalancer?.ingress;
    if (keepForeignLoadBalancers && has?.some(({ ip }) => !loadBalancerAddresses.includes(ip ?? ''))) return;
    if (!isBalanced(service)) {
      if (has?.length && service.spec.type !== 'LoadBalancer') await writeStatus(client, service, { ...service.status, loadBalancer: {} });
      return;
    }
    // Read from the server: the address given to another Service a moment ago counts.
    const others = (await client.list('Service')).items.filter((other) => isBalanced(other) && other.metadata.uid !== service.metadata.uid);
    const assignment = assignAddress(service, others, loadBalancerAddresses, [...lister.list('Pod').flatMap(hostPortsOf), ...lister.list('Node').flatMap(portsInUse)]);
    if ('conflict' in assignment) {
      events.warning(service, 'SyncLoadBalancerFailed', `Error syncing load balancer: failed to ensure load balancer: ${assignment.conflict}`);
      if (has?.length) await writeStatus(client, service, { ...service.status, loadBalancer: {} });
      return;
    }
    if (has?.[0]?.ip === assignment.address) return;
    events.normal(service, 'EnsuringLoadBalancer', 'Ensuring load balancer');
    await writeStatus(client, service, { ...service.status, loadBalancer: { ingress: [{ ip: assignment.address }] } });
    events.normal(service, 'EnsuredLoadBalancer', 'Ensured load balancer');
  },
};
