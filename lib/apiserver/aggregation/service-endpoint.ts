import type { DeepReadonly } from '../../base/deep-readonly';
import type { Endpoints, Service } from '../../api/types';
import type { ServiceReference } from './api-service';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why a Service leads nowhere, with upstream's reasons. */
export interface NoEndpoint {
  readonly reason: 'ServiceNotFound' | 'ServicePortError' | 'EndpointsNotFound' | 'MissingEndpoints';
  readonly message: string;
}

/** All addresses behind the port of a Service that something of the API server's points to. Pure. */
export function serviceAddresses({ namespace = '', name = '', port = 443 }: ServiceReference, service: DeepReadonly<Service> | undefined, endpoints: DeepReadonly<Endpoints> | undefined): readonly Address[] | NoEndpoint {
  if (!service) return { reason: 'ServiceNotFound', message: `service/${name} in "${namespace}" is not present` };
  const { type, externalName, ports = [] } = service.spec;
  if (type === 'ExternalName' && externalName) return [{ host: externalName, port }];
  const found = ports.find((candidate) => candidate.port === port);
  if (!found) return { reason: 'ServicePortError', message: `service/${name} in "${namespace}" is not listening on port ${port}` };
  if (!endpoints) return { reason: 'EndpointsNotFound', message: `cannot find endpoints for service/${name} in "${namespace}"` };
  const addresses = (endpoints.subsets ?? []).flatMap((subset) => {
    const target = subset.ports?.find((candidate) => (candidate.name ?? '') === (found.name ?? ''))?.port;
    return target === undefined ? [] : (subset.addresses ?? []).map(({ ip }) => ({ host: ip, port: target }));
  });
  if (addresses.length === 0) return { reason: 'MissingEndpoints', message: `endpoints for service/${name} in "${namespace}" have no addresses with port name "${found.name ?? ''}"` };
  return addresses;
}
