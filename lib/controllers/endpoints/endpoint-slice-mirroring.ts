import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerReference } from '../../api/object-key';
import type { core, discovery, Endpoints } from '../../api/types';
import type { Controller } from '../controller';
import { applySlices, type DesiredSlices } from './apply-slices';
import { MANAGED_BY, SERVICE_NAME } from './endpoint-slice';

const MIRROR = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** Endpoints that people keep by hand, for Services without selector, as slices: proxies read only those. Follows pkg/controller/endpointslicemirroring of Kubernetes 1.28. */
export const endpointSliceMirroring: Controller = {
  name: 'endpoint-slice-mirroring-controller',

  watches: [
    { kind: 'Endpoints', enqueue: 'self' },
    { kind: 'Service', enqueue: 'self' },
    {
      kind: 'EndpointSlice',
      enqueue({ metadata: { labels, namespace } }) {
        const service = labels?.[SERVICE_NAME];
        return service && labels?.[MANAGED_BY] === MIRROR ? [`${namespace}/${service}`] : [];
      },
    },
  ],

  async sync(key, { lister, client, clock }) {
    const source = lister.tryGet('Endpoints', key);
    const service = lister.tryGet('Service', key);
    const [namespace, name] = key.split('/');
    const current = lister.list('EndpointSlice', namespace).filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name && metadata.labels?.[MANAGED_BY] === MIRROR && !metadata.deletionTimestamp);
    const mirrored = source && service && !service.spec.selector && !source.metadata.deletionTimestamp && source.metadata.labels?.[SKIP] !== 'true' && !source.metadata.annotations?.[LEADER];
    if (!mirrored) {
      await Promise.all(current.map(({ metadata }) => client.tryDelete('EndpointSlice', { namespace, name: metadata.name ?? '' })));
      return;
    }
    await applySlices(source, computeMirror(source), current, { client, triggerTime: source.metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time'] ?? toTime(clock.now()) });
  },
};

/** Pure. */
export function computeMirror(source: DeepReadonly<Endpoints>): DesiredSlices {
  const groups = (source.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
    const endpoints = [...addresses.map((address) => endpointOf(address, true)), ...notReadyAddresses.map((address) => endpointOf(address, false))]
      .filter(({ addresses: [ip] }) => ip.includes(':') === (addressType === 'IPv6'));
    const slicePorts = ports.map(({ name = '', protocol = 'TCP', port, appProtocol }) => ({ name, protocol, port, ...(appProtocol && { appProtocol }) }));
    return endpoints.length > 0 ? [{ addressType, ports: slicePorts, endpoints }] : [];
  }));
  return { groups, labels: { ...source.metadata.labels, [SERVICE_NAME]: source.metadata.name ?? '', [MANAGED_BY]: MIRROR }, owner: controllerReference(source) };
}

function endpointOf({ ip, hostname, nodeName, targetRef }: DeepReadonly<core.EndpointAddress>, ready: boolean): discovery.Endpoint {
  return { addresses: [ip], conditions: { ready }, ...(hostname && { hostname }), ...(nodeName && { nodeName }), ...(targetRef && { targetRef }) };
}
