import { describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../lib/api/types';
import { computeSliceChanges } from '../../lib/controllers/endpoints/apply-slices';
import { computeSlices } from '../../lib/controllers/endpoints/endpoint-slice';
import { computeMirror } from '../../lib/controllers/endpoints/endpoint-slice-mirroring';
import { computeEndpoints } from '../../lib/controllers/endpoints/endpoints';

const DEFAULTS = { selector: { app: 'web' }, ipFamilies: ['IPv4'], ports: [{ port: 80, targetPort: 'http' }] };

function service(spec: Partial<Service['spec']> = {}): Service {
  const metadata = { name: 'web', namespace: 'shop', uid: 'service' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...DEFAULTS, ...spec } };
}

interface PodTraits { ready?: boolean; deleting?: boolean; port?: number; spec?: object }

function pod(name: string, ip: string, { ready = true, deleting = false, port = 8080, spec = {} }: PodTraits = {}): Pod {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: name, labels: { app: 'web' }, ...(deleting && { deletionTimestamp: '2024-01-01T00:00:00Z' }) },
    spec: { nodeName: 'node1', containers: [{ name: 'web', ports: [{ name: 'http', containerPort: port }] }], ...spec },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const noNode = () => undefined;

describe('Endpoints', () => {
  it('puts pods that are not ready apart, and pods with another number behind the port’s name into another subset', () => {
    const { subsets } = computeEndpoints(service(), [pod('a', '10.0.0.2'), pod('b', '10.0.0.1', { ready: false }), pod('c', '10.0.0.3', { port: 9090 })]);
    expect(subsets?.map(({ addresses, notReadyAddresses, ports }) => [addresses?.map(({ ip }) => ip), notReadyAddresses?.map(({ ip }) => ip), ports?.[0].port])).toEqual([
      [['10.0.0.2'], ['10.0.0.1'], 8080], [['10.0.0.3'], undefined, 9090],
    ]);
  });

  it('leaves terminating pods out, unless readiness does not matter', () => {
    const pods = [pod('a', '10.0.0.1', { deleting: true })];
    expect(computeEndpoints(service(), pods).subsets).toBeUndefined();
    expect(computeEndpoints(service({ publishNotReadyAddresses: true }), pods).subsets?.[0].addresses?.[0].ip).toBe('10.0.0.1');
  });
});

describe('EndpointSlices', () => {
  it('tells serving from terminating', () => {
    const { groups } = computeSlices(service(), [pod('a', '10.0.0.1', { deleting: true })], noNode);
    expect(groups[0].endpoints[0].conditions).toEqual({ ready: false, serving: true, terminating: true });
  });

  it('has the hostname of pods of a headless Service', () => {
    const { groups, labels } = computeSlices(service({ clusterIP: 'None' }), [pod('a', '10.0.0.1', { spec: { hostname: 'web-0', subdomain: 'web' } })], noNode);
    expect(groups[0].endpoints[0].hostname).toBe('web-0');
    expect(labels).toHaveProperty(['service.kubernetes.io/headless'], '');
  });

  it('keeps endpoints where they are, fills slices up to 100, and writes nothing when nothing changed', () => {
    const many = Array.from({ length: 150 }, (_, i) => pod(`p${i}`, `10.0.1.${i}`));
    const first = computeSliceChanges(service(), computeSlices(service(), many, noNode), []);
    expect(first.create.map(({ endpoints }) => endpoints.length)).toEqual([100, 50]);

    const current = first.create.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${i}` } }));
    expect(computeSliceChanges(service(), computeSlices(service(), many, noNode), current)).toEqual({ create: [], update: [], remove: [] });

    const changed = computeSliceChanges(service(), computeSlices(service(), [...many.slice(1), pod('new', '10.0.2.1')], noNode), current);
    expect(changed).toMatchObject({ create: [], remove: [] });
    expect(changed.update.map(({ metadata, endpoints }) => [metadata.name, endpoints.length])).toEqual([['web-0', 100]]);
  });

  it('keeps one empty slice for a Service without pods', () => {
    const { create } = computeSliceChanges(service(), computeSlices(service(), [], noNode), []);
    expect(create.map(({ endpoints }) => endpoints)).toEqual([[]]);
    expect(computeSliceChanges(service(), computeSlices(service(), [], noNode), create)).toEqual({ create: [], update: [], remove: [] });
  });

  it('mirrors Endpoints kept by hand', () => {
    const { groups } = computeMirror({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db', namespace: 'shop' }, subsets: [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [{ port: 3306 }] }] });
    expect(groups).toEqual([{ addressType: 'IPv4', ports: [{ name: '', protocol: 'TCP', port: 3306 }], endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }, { addresses: ['192.0.2.2'], conditions: { ready: false } }] }]);
  });
});
