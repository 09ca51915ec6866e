import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { HealthCheckServer, serviceHealth } from '../../lib/proxy/health-check-server';

const service = (port: number, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: port, ...spec },
}) as any;
const slice = {
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  endpoints: [{ addresses: ['10.240.0.2'], nodeName: 'here', conditions: { ready: true } }, { addresses: ['10.240.0.3'], nodeName: 'here', conditions: { ready: false } }, { addresses: ['10.240.1.2'], nodeName: 'there' }],
} as any;

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the health check of a node for load balancers', () => {
  it('is for Services whose external traffic stays on its node, and counts the ready endpoints there', () => {
    expect(serviceHealth([service(30100)], [slice], 'here')).toEqual([{ service: service(30100), port: 30100, localEndpoints: 1 }]);
    expect(serviceHealth([service(30100, { externalTrafficPolicy: 'Cluster' }), service(30100, { type: 'NodePort' })], [slice], 'here')).toEqual([]);
  });

  it('answers with the count, and with 503 where there are none, until the Service is gone', async () => {
    const port = await freePort();
    const server = new HealthCheckServer({ events: { event: vi.fn() }, nodeName: 'here' });
    const get = async () => { const response = await fetch(`http://127.0.0.1:${port}/healthz`); return [response.status, response.headers.get('x-load-balancing-endpoint-weight'), await response.json()]; };
    server.update([{ service: service(port), port, localEndpoints: 2 }]);
    expect(await get()).toEqual([200, '2', { service: { namespace: 'shop', name: 'web' }, localEndpoints: 2, serviceProxyHealthy: true }]);
    server.update([{ service: service(port), port, localEndpoints: 0 }]);
    expect(await get()).toEqual([503, '0', expect.objectContaining({ localEndpoints: 0 })]);
    server.close();
    await expect(get()).rejects.toThrow();
  });

  it('tells the Service when the port is taken', async () => {
    const other = createServer().listen(0);
    const { port } = other.address() as AddressInfo;
    const event = vi.fn();
    const server = new HealthCheckServer({ events: { event }, nodeName: 'here' });
    server.update([{ service: service(port), port, localEndpoints: 1 }]);
    await vi.waitFor(() => expect(event).toHaveBeenCalledWith(service(port), 'Warning', 'FailedToStartServiceHealthcheck', expect.stringContaining(`on port ${port}`)));
    server.close();
    other.close();
  });
});
