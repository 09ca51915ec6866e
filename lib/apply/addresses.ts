import type { DeepReadonly } from '../base/deep-readonly';
import type { Node, Service } from '../api/types';
import { processName } from './application';
import type { Address } from './apply-event';

/** How to reach the Services from outside. Pure. */
export function addressesOf(services: readonly DeepReadonly<Service>[], nodes: readonly DeepReadonly<Node>[]): readonly Address[] {
  return services.flatMap((service) => {
    const hosts = hostsOf(service, nodes);
    const ports = (service.spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
    return hosts.slice(0, 1).flatMap((host) => ports.map(({ name, port, nodePort }) => ({
      process: processName(service), url: toUrl(host, service.spec.type === 'NodePort' ? nodePort ?? port : port, name, port),
    })));
  });
}

function hostsOf({ spec, status }: DeepReadonly<Service>, nodes: readonly DeepReadonly<Node>[]): readonly string[] {
  if (spec.type === 'LoadBalancer') return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  if (spec.type !== 'NodePort') return [];
  const addresses = nodes.flatMap(({ status: nodeStatus }) => nodeStatus?.addresses ?? []);
  return ['ExternalIP', 'InternalIP'].flatMap((type) => addresses.filter((address) => address.type === type).map(({ address }) => address));
}

function toUrl(host: string, port: number, name: string | undefined, servicePort: number): string {
  const address = host.includes(':') ? `[${host}]` : host;
  if (servicePort === 443 || name === 'https') return `https://${address}${port === 443 ? '' : `:${port}`}`;
  if (servicePort === 80 || name === 'http' || servicePort === 8080) return `http://${address}${port === 80 ? '' : `:${port}`}`;
  return `${address}:${port}`;
}
