import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { silentLogger } from '../../lib/base/logger';
import type { Ingress, networking } from '../../lib/api/types';
import { ApiEventRecorder } from '../../lib/client/event-recorder';
import { InformerFactory } from '../../lib/client/informer-factory';
import { IngressController } from '../../lib/ingress/ingress-controller';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const ingress = (name: string, spec: networking.IngressSpec): Ingress => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'default' }, spec: { ingressClassName: 'twelve', ...spec } });
const rules = (host: string, service: string): networking.IngressRule[] => [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } }];

describe('Ingresses of a cluster', () => {
  let cluster: TestCluster;
  let clock: FakeClock;
  let stop: AbortController;

  beforeEach(async () => {
    cluster = await startTestCluster();
    [clock, stop] = [new FakeClock(), new AbortController()];
    const { client } = cluster;
    const informers = new InformerFactory(client);
    const events = new ApiEventRecorder({ client, component: 'twelve-ingress' });
    await new IngressController({ runtime: 'test', ports: { http: 8080, https: 8443 }, client, informers, events, clock, logger: silentLogger }).start(stop.signal);
  });

  afterEach(() => {
    stop.abort();
    return cluster.stop();
  });

  /** Time goes on until it is so. */
  async function comes<T>(question: () => T | undefined | false, what: string): Promise<T> {
    const passing = setInterval(() => void clock.advance(50), 5);
    return cluster.until(question, what).finally(() => clearInterval(passing));
  }

  const daemonSet = () => cluster.lister.tryGet('DaemonSet', 'kube-system/twelve-ingress');
  const eventsOf = (name: string) => cluster.lister.list('Event').filter(({ involvedObject }) => involvedObject.name === name).map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  const ready = (name: string) => cluster.client.patch('Node', { name }, { metadata: { labels: { 'ingress.twelve.dev/state': 'ready' }, annotations: { 'ingress.twelve.dev/state': 'ready' } } });

  it('are of the class that every cluster has, which knows the ports', async () => {
    const found = await cluster.client.get('IngressClass', { name: 'twelve' });
    expect(found.metadata.annotations).toEqual({ 'ingressclass.kubernetes.io/is-default-class': 'true', 'ingress.twelve.dev/http-port': '8080', 'ingress.twelve.dev/https-port': '8443' });
  });

  it('have a proxy on the hosts that can have one, from the first of them until after the last', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(daemonSet()).toBeUndefined();
    await cluster.client.create(ingress('a', { rules: rules('a.test', 'web') }));
    await comes(() => daemonSet(), 'the proxy is made');
    expect(daemonSet()?.spec.template.spec?.containers[0].ports?.map(({ hostPort }) => hostPort)).toEqual([8080, 8443]);
    expect(cluster.lister.list('Pod', 'kube-system')).toEqual([]);

    await ready('node1');
    const address = { ip: '192.0.2.2', ports: [{ port: 8080, protocol: 'TCP' }, { port: 8443, protocol: 'TCP' }] };
    expect(await comes(() => cluster.lister.tryGet('Ingress', 'default/a')?.status?.loadBalancer?.ingress, 'it has an address')).toEqual([address]);

    await cluster.client.delete('Ingress', { namespace: 'default', name: 'a' });
    await cluster.until(() => !cluster.lister.tryGet('Ingress', 'default/a'), 'it is gone');
    await clock.advance(20_000);
    expect(daemonSet()).toBeDefined();
    await comes(() => !daemonSet(), 'the proxy is removed');
  });

  it('of other classes are left alone', async () => {
    await cluster.client.create({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'other' }, spec: { controller: 'example.com/other' } });
    await cluster.client.create(ingress('foreign', { ingressClassName: 'other', rules: rules('a.test', 'web') }));
    await clock.advance(1_000);
    await cluster.client.create(ingress('ours', { rules: rules('b.test', 'web') }));
    await comes(() => eventsOf('ours').length === 2, 'ours is looked at');
    expect(eventsOf('foreign')).toEqual([]);
  });

  it('tell what is wrong, each thing once', async () => {
    await cluster.client.create(ingress('a', { rules: rules('a.test', 'nothing') }));
    await comes(() => eventsOf('a').length === 2, 'it is told');
    expect(eventsOf('a')).toEqual(['Normal Sync Scheduled for sync', 'Warning ServiceNotFound Service "default/nothing" does not exist; requests to it are answered 503']);

    await cluster.client.patch('Node', { name: 'node1' }, { metadata: { annotations: { 'ingress.twelve.dev/state': 'port 8080 of this host is in use by nginx (pid 7)' } } });
    await comes(() => eventsOf('a').length === 3, 'the port is told');
    expect(eventsOf('a')[2]).toBe('Warning PortInUse Ingresses are not served on node node1: port 8080 of this host is in use by nginx (pid 7)');
    expect(cluster.lister.list('Event').filter(({ involvedObject }) => involvedObject.name === 'a').map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('have the proxy as it should be, also after somebody changed it', async () => {
    await cluster.client.create(ingress('a', { rules: rules('a.test', 'web') }));
    await comes(() => daemonSet(), 'the proxy is made');
    await cluster.client.patch('DaemonSet', { namespace: 'kube-system', name: 'twelve-ingress' }, { spec: { template: { spec: { containers: [{ name: 'haproxy', image: 'other:1' }] } } } });
    await comes(() => daemonSet()?.spec.template.spec?.containers[0].image === 'haproxy:2.6', 'it is as it was');
  });
});
