import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { Proxier } from '../../lib/proxy/proxier';

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] } };
const slice = (addresses: Readonly<Record<string, boolean>>) => ({
  metadata: { namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } }, addressType: 'IPv4', ports: [{ port: 8080 }],
  endpoints: Object.entries(addresses).map(([address, ready]) => ({ addresses: [address], conditions: { ready } })),
});

function setUp() {
  const node: { metadata: { annotations?: Record<string, string | undefined> } } = { metadata: {} };
  const objects: Record<string, unknown[]> = { Service: [service], EndpointSlice: [slice({ '10.240.0.2': true, '10.240.0.3': true })] };
  const listeners: (() => void)[] = [];
  const clock = new FakeClock();
  const nft = vi.fn((_script: string) => Promise.resolve());
  const declared: (string | undefined)[] = [];
  let others: readonly string[] = [];
  const proxier = new Proxier({
    runtime: 'test', nodeName: 'here', serviceCidr: '10.96.0.0/16', podRange: '10.240.0.0/16', clock, nft, events: { event: () => undefined }, portsOfOthers: () => Promise.resolve(new Set(others)),
    declarePortsInUse: (text) => {
      declared.push(text);
      node.metadata.annotations = { 'twelve.dev/ports-in-use': text };
      return Promise.resolve();
    },
    informers: {
      lister: { list: (kind: string) => objects[kind], tryGet: () => node },
      restrict: () => undefined,
      onChange: (_kind: string, listener: (change: object) => void) => { listeners.push(() => listener({ type: 'added' })); return () => undefined; },
    } as any,
  });
  const setOthers = (ports: readonly string[]) => { others = ports; };
  const abort = new AbortController();
  void proxier.start(abort.signal);
  const change = (slices: unknown[], services = [service]) => {
    Object.assign(objects, { EndpointSlice: slices, Service: services });
    for (const listener of listeners) listener();
  };
  return { proxier, clock, nft, change, abort, declared, setOthers };
}

describe('the proxier', () => {
  it('says that an endpoint is gone only when the rules without it are written', async () => {
    const { proxier, clock, nft, change, abort } = setUp();
    await clock.advance(10);
    let gone = false;
    void proxier.endpointGone('10.240.0.2').then(() => { gone = true; });
    await clock.advance(10);
    expect(gone).toBe(false);

    let commit: () => void = () => undefined;
    nft.mockImplementationOnce(() => new Promise((resolve) => { commit = resolve; }));
    change([slice({ '10.240.0.2': false, '10.240.0.3': true })]);
    await clock.advance(10);
    expect(gone).toBe(false);
    commit();
    await clock.advance(1);
    expect(gone).toBe(true);
    abort.abort();
  });

  it('answers at once for an address that no Service uses, and in the end also for one that never leaves', async () => {
    const { proxier, clock, abort } = setUp();
    await clock.advance(10);
    await proxier.endpointGone('10.240.0.77');
    const stuck = proxier.endpointGone('10.240.0.2');
    await clock.advance(6_000);
    await stuck;
    abort.abort();
  });

  it('says on its Node which port of a load balancer another runtime has, and looks again until it is free', async () => {
    const { clock, nft, change, declared, setOthers, abort } = setUp();
    setOthers(['tcp/60080']);
    change([slice({ '10.240.0.2': true })], [{ ...service, spec: { ...service.spec, type: 'LoadBalancer', ports: [{ port: 60_080 }] }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } } as typeof service]);
    await clock.advance(10);
    await vi.waitFor(() => expect(declared).toEqual(['60080/TCP another runtime']));
    await vi.waitFor(() => expect(nft.mock.lastCall?.[0]).not.toContain('192.0.2.1'));
    setOthers([]);
    await vi.waitFor(async () => {
      await clock.advance(5_100);
      expect(declared).toEqual(['60080/TCP another runtime', undefined]);
      expect(nft.mock.lastCall?.[0]).toContain('192.0.2.1 . tcp . 60080');
    });
    abort.abort();
  });

  it('makes the whole table anew after a failed transaction', async () => {
    const { clock, nft, change, abort } = setUp();
    await clock.advance(10);
    nft.mockRejectedValueOnce(new Error('busy'));
    change([slice({ '10.240.0.3': true })]);
    await clock.advance(10);
    await clock.advance(200);
    const last = nft.mock.lastCall?.[0];
    expect(last).toContain('delete table ip twelve_test');
    expect(last).toContain('10.240.0.3');
    abort.abort();
  });
});
