import { describe, expect, it } from 'vitest';
import { computeRules } from '../../lib/proxy/compute-rules';
import { goneUdpEndpoints } from '../../lib/proxy/conntrack';

const node = { name: 'here', podRange: '10.240.0.0/16' };
const service = (name: string, clusterIP: string, spec: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { clusterIP, type: 'NodePort', ports: [{ port: 53, protocol: 'UDP', nodePort: 30053 }, { name: 'tcp', port: 53, nodePort: 30053 }], ...spec } }) as any;
const slice = (name: string, addresses: readonly string[]) => ({
  addressType: 'IPv4', ports: [{ port: 53, protocol: 'UDP' }, { name: 'tcp', port: 53 }], metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
  endpoints: addresses.map((address) => ({ addresses: [address], nodeName: 'here' })),
}) as any;

describe('UDP endpoints that are gone', () => {
  it.each<[string, object]>([['plain', {}], ['with affinity', { sessionAffinity: 'ClientIP' }], ['on their node', { externalTrafficPolicy: 'Local' }]])('are told by the ports that led there, also while another Service has them: %s', (_name, spec) => {
    const services = [service('dns', '10.96.0.10', spec), service('other', '10.96.0.11', { type: 'ClusterIP', ports: [{ port: 53, protocol: 'UDP' }] })];
    const rules = (addresses: readonly string[]) => computeRules(services, [slice('dns', addresses), slice('other', ['10.240.0.2', '10.240.0.3'])], node);
    expect(goneUdpEndpoints(rules(['10.240.0.2', '10.240.0.3']), rules(['10.240.0.3']))).toEqual([
      { address: '10.96.0.10', port: 53, endpoint: '10.240.0.2' }, { port: 30053, endpoint: '10.240.0.2' },
    ]);
    expect(goneUdpEndpoints(rules(['10.240.0.2']), rules(['10.240.0.2', '10.240.0.3']))).toEqual([]);
  });
});
