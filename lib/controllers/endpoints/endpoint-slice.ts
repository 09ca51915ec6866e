import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerReference } from '../../api/object-key';
import { isPodReady } from '../../api/pods';
import type { discovery, EndpointSlice, Node, Pod, Service } from '../../api/types';
import type { Controller, ControllerContext } from '../controller';
import { applySlices, type DesiredSlices } from './apply-slices';
import { asksForHints, zoneHints, zoneShares } from './topology-hints';
import { podsOf, servicesOfPod, settleByPods, tryHostname, tryTargetPort } from './service-pods';

export const MANAGER = 'endpointslice-controller.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

/** The addresses behind each Service in pieces of 100, with what proxies need to know about pods that end. Follows pkg/controller/endpointslice of Kubernetes 1.28. */
export const endpointSlice: Controller = {
  name: 'endpoint-slice-controller',

  watches: [
    { kind: 'Service', enqueue: 'self' },
    { kind: 'Pod', enqueue: servicesOfPod },
    { kind: 'Node', enqueue: 'nothing' },
    {
      kind: 'EndpointSlice',
      enqueue({ metadata: { labels, namespace } }) {
        const service = labels?.[SERVICE_NAME];
        return service && labels?.[MANAGED_BY] === MANAGER ? [`${namespace}/${service}`] : [];
      },
    },
  ],

  settle: settleByPods,

  async sync(key, { lister, client, clock, events }) {
    const service = lister.tryGet('Service', key);
    if (!service || service.metadata.deletionTimestamp) return; // its slices go with it, by owner reference
    if (!service.spec.selector || service.spec.type === 'ExternalName') return;
    const current = lister.list('EndpointSlice', service.metadata.namespace)
      .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === service.metadata.name && metadata.labels?.[MANAGED_BY] === MANAGER && !metadata.deletionTimestamp);
    const computed = computeSlices(service, podsOf(service, lister.list('Pod', service.metadata.namespace)), (name) => lister.tryGet('Node', name));
    const desired = asksForHints(service) ? withHints(computed, zoneShares(lister.list('Node'))) : computed;
    tellHints(service, { before: hasHints(current), after: hasHints(desired.groups) }, events);
    try {
      await applySlices(service, desired, current, { client, triggerTime: toTime(clock.now()) });
    } catch (error) {
      events.warning(service, 'FailedToUpdateEndpointSlices', `Error updating Endpoint Slices for Service ${key}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  },
};

/** Pure. */
function withHints(desired: DesiredSlices, shares: ReadonlyMap<string, number> | undefined): DesiredSlices {
  const groups = desired.groups.map((group) => {
    const hints = zoneHints(group.endpoints, shares);
    return { ...group, endpoints: group.endpoints.map((endpoint) => ({ ...endpoint, ...(hints?.has(endpoint) && { hints: { forZones: [{ name: hints.get(endpoint) ?? '' }] } }) })) };
  });
  return { ...desired, groups };
}

const hasHints = (slices: readonly { readonly endpoints?: readonly DeepReadonly<discovery.Endpoint>[] | null }[]) => slices.some(({ endpoints }) => endpoints?.some(({ hints }) => hints?.forZones?.length));

function tellHints(service: DeepReadonly<Service>, { before, after }: { readonly before: boolean; readonly after: boolean }, events: ControllerContext['events']): void {
  if (after && !before) events.normal(service, 'TopologyAwareHintsEnabled', 'Topology Aware Hints has been enabled, addressType: IPv4');
  if (before && !after) events.warning(service, 'TopologyAwareHintsDisabled', 'Insufficient number of endpoints or node information for the zones, addressType: IPv4');
}

/** The endpoints by address type and set of ports. Pure. */
export function computeSlices(service: DeepReadonly<Service>, pods: readonly DeepReadonly<Pod>[], nodeOf: (name: string) => DeepReadonly<Node> | undefined): DesiredSlices {
  const families = service.spec.ipFamilies ?? ['IPv4'];
  const groups = families.flatMap((addressType) => {
    const byPorts = new Map<string, { readonly addressType: string; readonly ports: discovery.EndpointPort[]; readonly endpoints: discovery.Endpoint[] }>();
    for (const pod of pods) {
      const address = addressOf(pod, addressType);
      const ports = portsOf(service, pod);
      if (!address || (ports.length === 0 && (service.spec.ports ?? []).length > 0)) continue;
      const id = JSON.stringify(ports);
      const group = byPorts.get(id) ?? { addressType, ports, endpoints: [] };
      byPorts.set(id, group);
      group.endpoints.push(endpointOf(service, pod, address, nodeOf(pod.spec.nodeName ?? '')));
    }
    // A Service without pods has one empty slice, so that proxies know it is known.
    return byPorts.size > 0 ? [...byPorts.values()] : [{ addressType, ports: [], endpoints: [] }];
  });
  const headless: Record<string, string> = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return { groups, labels: { ...service.metadata.labels, [SERVICE_NAME]: service.metadata.name ?? '', [MANAGED_BY]: MANAGER, ...headless }, owner: controllerReference(service) };
}

function addressOf({ status }: DeepReadonly<Pod>, addressType: string): string | undefined {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP];
  return addresses.find((ip) => ip && ip.includes(':') === (addressType === 'IPv6'));
}

function portsOf(service: DeepReadonly<Service>, pod: DeepReadonly<Pod>): discovery.EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = tryTargetPort(pod, servicePort);
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol && { appProtocol }) }];
  });
}

function endpointOf(service: DeepReadonly<Service>, pod: DeepReadonly<Pod>, address: string, node: DeepReadonly<Node> | undefined): discovery.Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const hostname = tryHostname(service, pod);
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: [address],
    conditions: { ready: Boolean(service.spec.publishNotReadyAddresses) || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(hostname && { hostname }), ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }), ...(zone && { zone }),
  };
}

/** The type of a slice as the API has it. */
export type Slice = DeepReadonly<EndpointSlice>;
