import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice, networking, Service, ServicePort } from '../api/types';
import type { EdgeBackend } from './edge-model';
import { endpointsOf } from './service-endpoints';

/** The backend without servers. */
export const NOWHERE = 'nowhere';

/** What Services say about their ports: well-known names, and what is commonly written. */
const PROTOCOLS: Readonly<Record<string, EdgeBackend['protocol']>> = { 'kubernetes.io/h2c': 'h2', 'h2c': 'h2', 'grpc': 'h2', 'https': 'https', 'HTTPS': 'https' };

export function servicePortOf({ spec }: DeepReadonly<Service>, wanted: DeepReadonly<networking.ServiceBackendPort> | undefined): DeepReadonly<ServicePort> | undefined {
  return (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').find(({ name, port }) => (wanted?.name ? name === wanted.name : port === wanted?.number));
}

export const backendName = ({ metadata }: DeepReadonly<Service>, { port }: DeepReadonly<ServicePort>) => `${metadata.namespace}_${metadata.name}_${port}`;

export function backendOf(service: DeepReadonly<Service>, port: DeepReadonly<ServicePort>, slices: readonly DeepReadonly<EndpointSlice>[]): EdgeBackend {
  const { type, externalName, sessionAffinity } = service.spec;
  return {
    name: backendName(service, port), protocol: PROTOCOLS[port.appProtocol ?? ''] ?? 'http', sticky: sessionAffinity === 'ClientIP',
    ...(type === 'ExternalName' ? { servers: [], external: { hostname: externalName ?? '', port: port.port } } : endpointsOf(port.name ?? '', slices)),
  };
}
