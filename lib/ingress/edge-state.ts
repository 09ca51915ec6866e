import type { DeepReadonly } from '../base/deep-readonly';
import type { networking, Node, Pod } from '../api/types';
import type { IngressPorts } from './ingress-ports';
import { EDGE_LABELS, NODE_STATE, READY } from './names';

type ReadonlyPod = DeepReadonly<Pod>;

/** Where Ingresses are reached: the hosts whose proxy is ready. */
export function edgeAddresses(pods: readonly ReadonlyPod[], { http, https }: IngressPorts): readonly networking.IngressLoadBalancerIngress[] {
  const addresses = new Set(pods.filter((pod) => isEdge(pod) && isReady(pod)).map(({ status }) => status?.hostIP ?? '').filter(Boolean));
  return [...addresses].sort().map((ip) => ({ ip, ports: [{ port: http, protocol: 'TCP' }, { port: https, protocol: 'TCP' }] }));
}

/** Why hosts do not serve Ingresses. */
export function edgeTroubles(pods: readonly ReadonlyPod[], nodes: readonly DeepReadonly<Node>[]): readonly { readonly reason: string; readonly message: string }[] {
  const refused = nodes.flatMap(({ metadata }) => {
    const state = metadata.annotations?.[NODE_STATE];
    return state && state !== READY ? [{ reason: 'PortInUse', message: `Ingresses are not served on node ${metadata.name}: ${state}` }] : [];
  });
  const waiting = pods.filter(isEdge).flatMap(({ metadata, spec, status }) => (status?.containerStatuses ?? []).flatMap(({ state }) => {
    const { reason = '', message = '' } = state?.waiting ?? {};
    return TROUBLES[reason] ? [{ reason: 'ProxyNotRunning', message: `Ingresses are not served on node ${spec.nodeName}: pod ${metadata.namespace}/${metadata.name} waits with ${TROUBLES[reason]}${message ? `: ${message}` : ''}` }] : [];
  }));
  return [...refused, ...waiting];
}

/** Reasons that people must know, under one name each: a pull that failed and its backoff are the same. */
const TROUBLES: Readonly<Record<string, string>> = {
  ErrImagePull: 'ErrImagePull', ErrImageNeverPull: 'ErrImageNeverPull', InvalidImageName: 'InvalidImageName', CrashLoopBackOff: 'CrashLoopBackOff', CreateContainerError: 'CreateContainerError', RunContainerError: 'RunContainerError',
};

const isEdge = ({ metadata }: ReadonlyPod) => !metadata.deletionTimestamp && Object.entries(EDGE_LABELS).every(([key, value]) => metadata.labels?.[key] === value);
const isReady = ({ status }: ReadonlyPod) => (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
