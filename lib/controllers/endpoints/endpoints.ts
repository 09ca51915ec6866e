import { isDeepStrictEqual } from 'node:util';
import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isAlreadyExists, isNotFound } from '../../api/status-error';
import type { core, Endpoints, Pod, Service } from '../../api/types';
import type { Controller } from '../controller';
import { isServing, podsOf, settleByPods, servicesOfPod, tryHostname, tryTargetPort } from './service-pods';

const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
const CAPACITY = 1000;

/** The addresses behind each Service, in the older form that one object holds. Follows pkg/controller/endpoint of Kubernetes 1.28. */
export const endpoints: Controller = {
  name: 'endpoint-controller',

  watches: [
    { kind: 'Service', enqueue: 'self' },
    { kind: 'Pod', enqueue: servicesOfPod },
    {
      kind: 'Endpoints', // those without a Service may be somebody's own (a lock): left alone, unless this controller made them
      enqueue: (object, { lister }, { type }) => (type === 'deleted' || isOurs(object) || lister.tryGet('Service', keyOf(object)) ? [keyOf(object)] : []),
    },
  ],

  settle: settleByPods,

  async sync(key, { lister, client, clock }) {
    const service = lister.tryGet('Service', key);
    const current = lister.tryGet('Endpoints', key);
    const selector = service?.spec.selector;
    if (!service) {
      if (current) await client.tryDelete('Endpoints', current.metadata as { namespace?: string; name: string });
      return;
    }
    if (!selector || service.spec.type === 'ExternalName') return; // managed by hand, or there are none
    const wanted = computeEndpoints(service, podsOf(service, lister.list('Pod', service.metadata.namespace)));
    if (current && isDeepStrictEqual(current.subsets ?? [], wanted.subsets ?? []) && sameLabels(current, wanted)) return;

    const stamped = withTriggerTime(wanted, toTime(clock.now()));
    try {
      if (current) await client.update({ ...stamped, metadata: { ...stamped.metadata, resourceVersion: current.metadata.resourceVersion } });
      else await client.create(stamped);
    } catch (error) {
      if (!isAlreadyExists(error) && !isNotFound(error)) throw error;
    }
  },
};

const isOurs = ({ metadata }: DeepReadonly<Endpoints>) => metadata.annotations?.[TRIGGER_TIME] !== undefined;

const sameLabels = (a: DeepReadonly<Endpoints>, b: DeepReadonly<Endpoints>) => isDeepStrictEqual({ ...a.metadata.labels }, { ...b.metadata.labels });

function withTriggerTime(object: DeepReadonly<Endpoints>, time: string): DeepReadonly<Endpoints> {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [TRIGGER_TIME]: time } } };
}

/** Pods with the same ports share a subset; readiness decides in which of its two lists an address is. Pure. */
export function computeEndpoints(service: DeepReadonly<Service>, pods: readonly DeepReadonly<Pod>[]): DeepReadonly<Endpoints> {
  const subsets = new Map<string, { readonly ports: core.EndpointPort[]; readonly ready: core.EndpointAddress[]; readonly notReady: core.EndpointAddress[] }>();
  let overCapacity = false;
  let count = 0;
  for (const pod of [...pods].sort(byAddress)) {
    if (pod.metadata.deletionTimestamp && !service.spec.publishNotReadyAddresses) continue;
    const ports = portsOf(service, pod);
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    if (count++ >= CAPACITY) { overCapacity = true; break; }
    const id = JSON.stringify(ports);
    const subset = subsets.get(id) ?? { ports, ready: [], notReady: [] };
    subsets.set(id, subset);
    (isServing(service, pod) ? subset.ready : subset.notReady).push(addressOf(service, pod));
  }
  const headless: Record<string, string> = service.spec.clusterIP === 'None' ? { [HEADLESS_LABEL]: '' } : {};
  const sorted = [...subsets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { ports, ready, notReady }]) => ({
    ...(ready.length > 0 && { addresses: ready }), ...(notReady.length > 0 && { notReadyAddresses: notReady }), ...(ports.length > 0 && { ports }),
  }));
  return {
    apiVersion: 'v1', kind: 'Endpoints',
    metadata: {
      name: service.metadata.name, namespace: service.metadata.namespace, labels: { ...service.metadata.labels, ...headless },
      ...(overCapacity && { annotations: { [OVER_CAPACITY]: 'truncated' } }),
    },
    ...(sorted.length > 0 && { subsets: sorted }),
  };
}

const byAddress = (a: DeepReadonly<Pod>, b: DeepReadonly<Pod>) => (a.status?.podIP ?? '').localeCompare(b.status?.podIP ?? '') || (a.metadata.uid ?? '').localeCompare(b.metadata.uid ?? '');

function portsOf(service: DeepReadonly<Service>, pod: DeepReadonly<Pod>): core.EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = tryTargetPort(pod, servicePort);
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return port === undefined ? [] : [{ ...(name && { name }), port, protocol, ...(appProtocol && { appProtocol }) }];
  });
}

function addressOf(service: DeepReadonly<Service>, pod: DeepReadonly<Pod>): core.EndpointAddress {
  const { name, namespace, uid } = pod.metadata;
  const hostname = tryHostname(service, pod);
  return { ip: pod.status?.podIP ?? '', ...(hostname && { hostname }), ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }), targetRef: { kind: 'Pod', namespace, name, uid } };
}
