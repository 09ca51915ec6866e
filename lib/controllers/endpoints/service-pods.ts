import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf, type ObjectKey, splitKey } from '../../api/object-key';
import { isPodReady, isPodTerminated } from '../../api/pods';
import { matchesLabels } from '../../api/selectors';
import type { Pod, Service, ServicePort } from '../../api/types';
import type { Change } from '../../client/informers';
import type { ControllerContext } from '../controller';

type ReadPod = DeepReadonly<Pod>;
type ReadService = DeepReadonly<Service>;

/** The Services whose endpoints a change of a pod can touch. */
export function servicesOfPod(pod: ReadPod, { lister }: ControllerContext, change: Change<ReadPod>): readonly ObjectKey[] {
  if (change.type === 'modified' && sameForServices(change.old, pod)) return [];
  const labels = change.type === 'modified' ? [pod.metadata.labels, change.old.metadata.labels] : [pod.metadata.labels];
  return lister.list('Service', pod.metadata.namespace)
    .filter(({ spec: { selector } }) => selector && Object.keys(selector).length > 0 && labels.some((some) => matchesLabels(selector, some)))
    .map(keyOf);
}

function sameForServices(a: ReadPod, b: ReadPod): boolean {
  const facts = (pod: ReadPod) => {
    const { metadata, spec, status } = pod;
    const addresses = [status?.podIP, status?.podIPs];
    return JSON.stringify([metadata.labels, metadata.deletionTimestamp, spec.nodeName, spec.hostname, spec.subdomain, status?.phase, addresses, isPodReady(pod)]);
  };
  return facts(a) === facts(b);
}

/** Up to a hundred pods a change shows at once; with thousands, changes are collected for up to two seconds: each look costs as much as there are pods. */
export function settleByPods(key: ObjectKey, { lister }: ControllerContext): number {
  const pods = lister.list('Pod', splitKey(key).namespace).length;
  return pods <= 100 ? 0 : Math.min(2000, pods / 5);
}

/** Pods of the Service that have an address and have not ended. */
export function podsOf(service: ReadService, pods: readonly ReadPod[]): readonly ReadPod[] {
  const { selector } = service.spec;
  if (!selector || Object.keys(selector).length === 0) return [];
  return pods.filter((pod) => matchesLabels(selector, pod.metadata.labels) && Boolean(pod.status?.podIP) && !isPodTerminated(pod));
}

/** The number that the Service's target means in this pod; undefined when no container has a port of that name. */
export function tryTargetPort(pod: ReadPod, { targetPort, port, protocol = 'TCP' }: DeepReadonly<ServicePort>): number | undefined {
  if (typeof targetPort === 'number') return targetPort || port;
  if (!targetPort) return port;
  for (const { ports = [] } of pod.spec.containers) {
    for (const candidate of ports) if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol) return candidate.containerPort;
  }
  return undefined;
}

/** Counted as ready: `publishNotReadyAddresses` says that readiness does not matter. */
export const isServing = (service: ReadService, pod: ReadPod) => Boolean(service.spec.publishNotReadyAddresses) || isPodReady(pod);

/** The pod's own name in the domain of a headless Service. */
export function tryHostname(service: ReadService, { spec, metadata }: ReadPod): string | undefined {
  return spec.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace ? spec.hostname : undefined;
}
