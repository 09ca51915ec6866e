import { createServer, type Server } from 'node:http';
import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice, Service } from '../api/types';
import type { EventRecorder } from '../client/informers';

/** Whether this node serves a Service, for load balancers that ask before they send connections here. */
export interface ServiceHealth {
  readonly service: DeepReadonly<Service>;
  readonly port: number;
  readonly localEndpoints: number;
}

/** Services whose external traffic stays on the node that it reached. Pure. */
export function serviceHealth(services: readonly DeepReadonly<Service>[], slices: readonly DeepReadonly<EndpointSlice>[], nodeName: string): readonly ServiceHealth[] {
  return services.flatMap((service) => {
    const { spec: { type, externalTrafficPolicy, healthCheckNodePort: port }, metadata } = service;
    if (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local' || !port) return [];
    const own = slices.filter((slice) => slice.metadata.namespace === metadata.namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name);
    const ready = own.flatMap(({ endpoints }) => endpoints ?? []).filter((endpoint) => endpoint.nodeName === nodeName && endpoint.conditions?.ready !== false);
    return [{ service, port, localEndpoints: new Set(ready.map(({ addresses }) => addresses[0])).size }];
  });
}

/** Answers `GET /healthz` at the health check node port of each Service. Follows pkg/proxy/healthcheck of Kubernetes 1.28. */
export class HealthCheckServer {
  private readonly servers = new Map<number, { readonly server: Server; health: ServiceHealth }>();

  constructor(private readonly config: { readonly events: EventRecorder; readonly nodeName: string }) {}

  /** Listens on exactly these ports from now on. */
  update(wanted: readonly ServiceHealth[]): void {
    for (const [port, { server }] of this.servers) {
      if (wanted.some((health) => health.port === port)) continue;
      this.servers.delete(port);
      server.close();
      server.closeAllConnections();
    }
    for (const health of wanted) {
      const known = this.servers.get(health.port);
      if (known) known.health = health;
      else this.listen(health);
    }
  }

  close(): void {
    this.update([]);
  }

  private listen(health: ServiceHealth): void {
    const { port, service } = health;
    const server = createServer((_request, response) => {
      const entry = this.servers.get(port);
      if (!entry) return void response.writeHead(404).end();
      const { localEndpoints, service: { metadata: { namespace, name } } } = entry.health;
      response.writeHead(localEndpoints > 0 ? 200 : 503, {
        'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'x-load-balancing-endpoint-weight': String(localEndpoints),
      }).end(`${JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }, undefined, '\t')}\n`);
    });
    server.on('error', (error) => {
      this.servers.delete(port);
      this.config.events.event(service, 'Warning', 'FailedToStartServiceHealthcheck',
        `node ${this.config.nodeName} failed to start healthcheck "${service.metadata.namespace}/${service.metadata.name}" on port ${port}: ${error.message}`);
    });
    server.listen(port, '0.0.0.0').unref();
    this.servers.set(port, { server, health });
  }
}
