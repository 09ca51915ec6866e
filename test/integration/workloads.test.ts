import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KindName } from '../../lib/api/kinds';
import { isPodReady } from '../../lib/api/pods';
import type { CronJob, DaemonSet, Deployment, Job, StatefulSet } from '../../lib/api/types';
import { addNode, startTestCluster, type TestCluster } from './harness/test-cluster';

let cluster: TestCluster;
beforeEach(async () => { cluster = await startTestCluster({ brokenImages: ['broken'] }); });
afterEach(() => cluster.stop());

const template = (image: string, more: object = {}) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }], ...more } });
const selector = { matchLabels: { app: 'web' } };
const meta = { name: 'web', namespace: 'default' };
const pods = () => cluster.lister.list('Pod', 'default').filter(({ metadata }) => !metadata.deletionTimestamp);
const names = () => pods().map(({ metadata }) => metadata.name).sort();

it('starts the pods of a StatefulSet in order with volumes of their own, updates them from the last, and keeps the volumes', async () => {
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: meta, spec: { serviceName: 'web', replicas: 3, selector, template: template('v1'), volumeClaimTemplates: [claim] } } as StatefulSet;
  const created: string[] = [];
  await cluster.client.create(set);
  await cluster.until(() => {
    for (const name of names()) if (name && !created.includes(name)) created.push(name);
    return pods().filter(isPodReady).length === 3;
  }, 'three pods');
  expect(created).toEqual(['web-0', 'web-1', 'web-2']);
  expect(cluster.lister.tryGet('Pod', 'default/web-1')?.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' });

  await cluster.client.patch('StatefulSet', meta, { spec: { template: { spec: { containers: [{ name: 'web', image: 'v2' }] } } } });
  const images = () => pods().filter(isPodReady).map(({ spec }) => spec.containers[0].image);
  await cluster.until(() => images().length === 3 && images().every((image) => image === 'v2'), 'update');
  await cluster.until(() => {
    const { currentRevision, updateRevision, readyReplicas } = cluster.lister.tryGet('StatefulSet', meta)?.status ?? {};
    return readyReplicas === 3 && currentRevision === updateRevision;
  }, 'one revision');

  await cluster.client.patch('StatefulSet', meta, { spec: { replicas: 1 } });
  await cluster.until(() => names().join() === 'web-0', 'scaled down');
  expect(cluster.lister.list('PersistentVolumeClaim', 'default').map(({ metadata }) => metadata.name).sort()).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
});

it('runs a DaemonSet on every node, also a cordoned and a new one', async () => {
  await cluster.client.patch('Node', { name: 'node1' }, { spec: { unschedulable: true } });
  const set = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: meta, spec: { selector, template: template('v1') } } as DaemonSet;
  await cluster.client.create(set);
  await cluster.until(() => cluster.lister.tryGet('DaemonSet', meta)?.status?.numberReady === 1, 'first node');
  await addNode(cluster.client, 'node2');
  await cluster.until(() => cluster.lister.tryGet('DaemonSet', meta)?.status?.numberReady === 2, 'second node');
  expect(pods().map(({ spec }) => spec.nodeName).sort()).toEqual(['node1', 'node2']);
  await cluster.client.patch('DaemonSet', meta, { spec: { template: { spec: { containers: [{ name: 'web', image: 'v2' }] } } } });
  await cluster.until(() => cluster.lister.tryGet('DaemonSet', meta)?.status?.updatedNumberScheduled === 2 && pods().every((pod) => isPodReady(pod) && pod.spec.containers[0].image === 'v2'), 'update');
});

const job = (image: string, more: object = {}): Job => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: meta, spec: { template: template(image, { restartPolicy: 'Never' }), ...more } });
const condition = (type: string) => cluster.lister.tryGet('Job', meta)?.status?.conditions?.find((found) => found.type === type && found.status === 'True');

it('counts every pod of a Job once, and ends', async () => {
  await cluster.client.create(job('v1', { completions: 5, parallelism: 2 }));
  await cluster.until(() => condition('Complete'), 'complete');
  expect(cluster.lister.tryGet('Job', meta)?.status).toMatchObject({ succeeded: 5, ready: 0 });
  await cluster.until(() => pods().every(({ metadata }) => !metadata.finalizers?.length), 'no pod is held');
  expect(pods()).toHaveLength(5);
});

it('gives the pods of an indexed Job one index each', async () => {
  await cluster.client.create(job('v1', { completions: 3, parallelism: 3, completionMode: 'Indexed' }));
  await cluster.until(() => condition('Complete'), 'complete');
  expect(cluster.lister.tryGet('Job', meta)?.status?.completedIndexes).toBe('0-2');
});

it('gives a Job up after its backoff limit', async () => {
  await cluster.client.create(job('broken', { backoffLimit: 0 }));
  const failed = await cluster.until(() => condition('Failed'), 'failed');
  expect(failed).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' });
  expect(cluster.lister.tryGet('Job', meta)?.status).toMatchObject({ failed: 1 });
});

it('starts the Job of a CronJob at its time', async () => {
  const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta, spec: { schedule: '@every 1s', jobTemplate: { spec: job('v1').spec } } } as CronJob;
  await cluster.client.create(cron);
  await cluster.until(() => cluster.lister.tryGet('CronJob', meta)?.status?.lastSuccessfulTime, 'a successful run');
});

it('writes nothing when nothing changes', async () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta, spec: { replicas: 2, selector, template: template('v1') } } as Deployment;
  await cluster.client.create(deployment);
  await cluster.client.create({ apiVersion: 'v1', kind: 'Service', metadata: meta, spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] } } as never);
  await cluster.until(() => cluster.lister.tryGet('Deployment', meta)?.status?.availableReplicas === 2 && cluster.lister.tryGet('Endpoints', meta)?.subsets?.[0].addresses?.length === 2, 'settled');
  const kinds: readonly KindName[] = ['Deployment', 'ReplicaSet', 'Pod', 'Service', 'Endpoints', 'EndpointSlice', 'Node', 'Namespace', 'ServiceAccount', 'ConfigMap', 'StorageClass', 'Event'];
  const versions = async () => (await Promise.all(kinds.map(async (kind) => (await cluster.client.list(kind)).items.map(({ metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)))).flat();
  let before = await versions();
  for (let quiet = 0, rounds = 0; quiet < 20 && rounds < 500; rounds++) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = await versions();
    quiet = now.join() === before.join() ? quiet + 1 : 0;
    before = now;
    expect(rounds).toBeLessThan(499);
  }
});
