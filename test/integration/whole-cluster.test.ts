import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InformerFactory } from '../../lib/client/informer-factory';
import { type InProcessCluster, startInProcessCluster } from '../../lib/testing/in-process-cluster';

/** API server with authorization and admission, controllers, scheduler and kubelets together, in one process. */
describe('a whole cluster in this process', () => {
  let cluster: InProcessCluster;
  let informers: InformerFactory;
  const stop = new AbortController();
  const asked = new Set<() => void>();

  /** Resolves when the question has an answer; asked again after every change. */
  const until = <T>(question: () => T | undefined | false) => new Promise<T>((resolve) => {
    const ask = () => {
      const answer = question();
      if (!answer) return;
      asked.delete(ask);
      resolve(answer);
    };
    asked.add(ask);
    ask();
  });
  const pods = () => informers.lister.list('Pod', 'default');
  const isReady = (pod: ReturnType<typeof pods>[number]) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

  beforeAll(async () => {
    cluster = await startInProcessCluster({ nodes: ['one', 'two'] });
    informers = new InformerFactory(cluster.client);
    for (const kind of ['Pod', 'Deployment', 'EndpointSlice'] as const) informers.onChange(kind, () => queueMicrotask(() => asked.forEach((ask) => ask())));
    await informers.start(stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await cluster.stop();
  });

  it('runs a Deployment on its nodes, and its Service finds the pods', async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
    await cluster.client.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    await cluster.client.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 4, selector: { matchLabels: { app: 'web' } }, template } });

    await until(() => informers.lister.tryGet('Deployment', 'default/web')?.status?.readyReplicas === 4);
    expect(new Set(pods().map(({ spec }) => spec.nodeName))).toEqual(new Set(['one', 'two']));
    const addresses = () => informers.lister.list('EndpointSlice', 'default').filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
      .flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
    await until(() => addresses() === 4);
  });

  it('replaces a deleted pod, and what the Deployment owned goes with it', async () => {
    const [first] = pods();
    await cluster.client.delete('Pod', { namespace: 'default', name: first.metadata.name ?? '' });
    await until(() => !pods().some(({ metadata }) => metadata.uid === first.metadata.uid) && pods().filter(isReady).length === 4);
    await cluster.client.delete('Deployment', { namespace: 'default', name: 'web' }, { propagationPolicy: 'Background' });
    await until(() => pods().length === 0);
    const left = await Promise.all(Object.values(cluster.runtimes).map((runtime) => runtime.listPodSandboxes()));
    expect(left.flat().filter(({ ready }) => ready)).toEqual([]);
  });
});
