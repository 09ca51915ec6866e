import { describe, expect, it } from 'vitest';
import type { Endpoints, KubeObject, Service } from '../../../lib/api/types';
import { withAvailability } from '../../../lib/apiserver/aggregation/api-service';
import { servedGroupDocument, servedGroupItem, servedGroups } from '../../../lib/apiserver/aggregation/discovery-documents';
import { forwardedHeaders } from '../../../lib/apiserver/aggregation/forward';
import type { ServedVersion } from '../../../lib/apiserver/aggregation/served-version';
import { serviceAddresses } from '../../../lib/apiserver/aggregation/service-endpoint';
import { ApiServer } from '../../../lib/apiserver/api-server';
import { bootstrap } from '../../../lib/apiserver/bootstrap/bootstrap';
import { OBJECT_STORE } from '../../../lib/apiserver/store-options';
import { createClient } from '../../../lib/client/api-client';
import { MemoryBackend } from '../../../lib/store/memory';

const reference = { namespace: 'shop', name: 'adapter', port: 443 };
const service = (spec: Service['spec']): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'adapter' }, spec });
const endpoints = (subsets: Endpoints['subsets']): Endpoints => ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'adapter' }, subsets });

describe('the Service behind an APIService', () => {
  const named = service({ ports: [{ name: 'https', port: 443 }, { name: 'other', port: 80 }] });

  it.each([
    { name: 'is missing', found: serviceAddresses(reference, undefined, undefined), reason: 'ServiceNotFound' },
    { name: 'has another port', found: serviceAddresses({ ...reference, port: 8443 }, named, undefined), reason: 'ServicePortError' },
    { name: 'has no endpoints', found: serviceAddresses(reference, named, undefined), reason: 'EndpointsNotFound' },
    { name: 'has no address for the port', found: serviceAddresses(reference, named, endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'other', port: 80 }] }])), reason: 'MissingEndpoints' },
    { name: 'has nobody ready', found: serviceAddresses(reference, named, endpoints([{ notReadyAddresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'https', port: 6443 }] }])), reason: 'MissingEndpoints' },
  ])('leads nowhere when it $name', ({ found, reason }) => expect(found).toMatchObject({ reason }));

  it('leads to the ready endpoints of the port\'s name, or to the name it stands for', () => {
    const subsets = [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ name: 'https', port: 6443 }] }];
    expect(serviceAddresses(reference, named, endpoints(subsets))).toEqual([{ host: '10.0.0.1', port: 6443 }, { host: '10.0.0.2', port: 6443 }]);
    expect(serviceAddresses(reference, service({ type: 'ExternalName', externalName: 'adapter.test' }), undefined)).toEqual([{ host: 'adapter.test', port: 443 }]);
  });
});

describe('a request that is handed on', () => {
  it('says who asks in the words of the API server only, without credentials', () => {
    const headers = { 'authorization': 'Bearer x', 'x-remote-user': 'root', 'impersonate-user': 'a', 'host': 'h', 'connection': 'close', 'accept': 'application/yaml', 'user-agent': 'kubectl' };
    expect(forwardedHeaders(headers, { username: 'anna', groups: ['a', 'b'], extra: { 'Example.test/Scope': ['x'] } })).toEqual({
      'accept': 'application/yaml', 'user-agent': 'kubectl', 'x-remote-user': 'anna', 'x-remote-group': ['a', 'b'], 'x-remote-extra-example.test%2Fscope': ['x'],
    });
  });
});

describe('availability', () => {
  it('keeps the time of the last transition', () => {
    const first = withAvailability(undefined, { status: 'False', reason: 'MissingEndpoints', message: 'm' }, 't1');
    const second = withAvailability(first, { status: 'False', reason: 'FailedDiscoveryCheck', message: 'n' }, 't2');
    expect(second).toEqual([{ type: 'Available', status: 'False', reason: 'FailedDiscoveryCheck', message: 'n', lastTransitionTime: 't1' }]);
    expect(withAvailability(second, { status: 'True', reason: 'Passed', message: '' }, 't3')[0].lastTransitionTime).toBe('t3');
  });
});

describe('groups of others in discovery', () => {
  const version = (group: string, name: string, groupPriority: number, versionPriority: number, resources?: ServedVersion['resources']): ServedVersion => ({ group, version: name, groupPriority, versionPriority, resources });
  const versions = [version('b.test', 'v1beta1', 10, 5, []), version('a.test', 'v1', 10, 1), version('c.test', 'v1', 99, 1), version('b.test', 'v1', 10, 9, [
    { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get'] }, { name: 'things/status', singularName: '', namespaced: true, kind: 'Thing', verbs: ['get'] },
    { name: 'pods/requests', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] },
  ])];

  it('are ordered by their priorities', () => {
    expect(servedGroups(versions)).toEqual(['c.test', 'a.test', 'b.test']);
    expect(servedGroupDocument('b.test', versions)).toMatchObject({ preferredVersion: { groupVersion: 'b.test/v1', version: 'v1' }, versions: [{ version: 'v1' }, { version: 'v1beta1' }] });
  });

  it('have subresources inside, and are stale while their server is silent', () => {
    expect(servedGroupItem('b.test', versions)).toMatchObject({ versions: [{ freshness: 'Current', resources: [{ resource: 'things', subresources: [{ subresource: 'status' }] }, { resource: 'pods/requests' }] }, { freshness: 'Current' }] });
    expect(servedGroupItem('a.test', versions)).toMatchObject({ versions: [{ version: 'v1', freshness: 'Stale' }] });
  });
});

describe('metrics.k8s.io', () => {
  it('is this server\'s own until somebody registers a server for it, and again when that is taken away', async () => {
    const stopping = new AbortController();
    const server = new ApiServer({ backend: new MemoryBackend<KubeObject>(OBJECT_STORE), aggregation: {} });
    await server.start(stopping.signal);
    await bootstrap(server.handle, { serviceAddress: '10.96.0.1', address: '192.0.2.1', port: 6443 });
    const client = createClient(server.handle, { user: { username: 'admin', groups: ['system:masters'] } });
    const ask = async () => (await server.handle({ method: 'GET', path: '/apis/metrics.k8s.io/v1beta1/nodes', query: new URLSearchParams() })).status;
    const type = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' };
    const name = 'v1beta1.metrics.k8s.io';
    expect(await ask()).toBe(200);

    const own = await client.tryGetObject(type, { name }) as KubeObject & { readonly spec: object };
    await client.update({ ...own, spec: { ...own.spec, service: { namespace: 'kube-system', name: 'metrics-server', port: 443 }, insecureSkipTLSVerify: true } } as KubeObject);
    expect(await ask()).toBe(503);
    await client.delete(type, { name });
    for (let status = 0; status !== 200; status = await ask()) await new Promise((resolve) => setImmediate(resolve));
    expect(await client.tryGetObject(type, { name })).toMatchObject({ status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] } });
    stopping.abort();
  });
});
