import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Deployment, Pod } from '../../lib/api/types';
import { isPodReady } from '../../lib/api/pods';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

let cluster: TestCluster;
beforeEach(async () => { cluster = await startTestCluster({ brokenImages: ['broken'] }); });
afterEach(() => cluster.stop());

function deployment(image: string, replicas: number, more: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas, selector: { matchLabels: { app: 'web' } }, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 80 }] }] } }, ...more,
    },
  };
}

const web = { namespace: 'default', name: 'web' };
const setImage = (image: string) => cluster.client.patch('Deployment', web, { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } });
const pods = () => cluster.lister.list('Pod', 'default');
const current = () => cluster.lister.tryGet('Deployment', web);

/** As `kubectl rollout status` decides. */
function rolledOut(): boolean {
  const found = current();
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = found?.status ?? {};
  if (!found || observedGeneration < (found.metadata.generation ?? 0)) return false;
  return updatedReplicas === found.spec.replicas && replicas === updatedReplicas && availableReplicas === updatedReplicas;
}
const images = () => [...new Set(pods().filter(({ metadata }) => !metadata.deletionTimestamp).map(({ spec }) => spec.containers[0].image))];

describe('Deployment', () => {
  it('replaces the pods of one version by those of the next, never fewer than asked for, and back by its history', async () => {
    await cluster.client.create(deployment('v1', 3));
    await cluster.until(rolledOut, 'first rollout');
    expect(current()?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');

    let least = Infinity;
    const watching = setInterval(() => { least = Math.min(least, pods().filter((pod) => isPodReady(pod) && !pod.metadata.deletionTimestamp).length); }, 1);
    await setImage('v2');
    await cluster.until(() => rolledOut() && current()?.metadata.generation === 2 && images().join() === 'v2', 'second rollout');
    clearInterval(watching);
    expect(least).toBeGreaterThanOrEqual(3);
    const [first] = cluster.lister.list('ReplicaSet', 'default').filter(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'] === '1');
    expect(first.spec.replicas).toBe(0);

    await cluster.client.patch('Deployment', web, [{ op: 'replace', path: '/spec/template', value: { ...first.spec.template, metadata: { labels: { app: 'web' } } } }], { type: 'json' });
    await cluster.until(() => rolledOut() && images().join() === 'v1', 'rollback');
    expect(cluster.lister.list('ReplicaSet', 'default').map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision']).sort()).toEqual(['2', '3']);
    expect(cluster.lister.list('Event', 'default').map(({ message }) => message)).toContain(`Scaled up replica set ${first.metadata.name} to 3`);
  });

  it('keeps the old version serving when the new one does not get ready', async () => {
    await cluster.client.create(deployment('v1', 2));
    await cluster.until(rolledOut, 'first rollout');
    await setImage('broken');
    await cluster.until(() => current()?.status?.unavailableReplicas === 1, 'one pod of the broken version');
    expect(pods().filter((pod) => isPodReady(pod) && pod.spec.containers[0].image === 'v1')).toHaveLength(2);
  });

  it('lets no two versions run side by side with Recreate', async () => {
    await cluster.client.create(deployment('v1', 2, { strategy: { type: 'Recreate' } }));
    await cluster.until(rolledOut, 'first rollout');
    const seen = new Set<string>();
    const watching = setInterval(() => seen.add(images().sort().join()), 1);
    await setImage('v2');
    await cluster.until(() => rolledOut() && images().join() === 'v2', 'second rollout');
    clearInterval(watching);
    expect(seen).not.toContain('v1,v2');
  });

  it('changes nothing while it is paused, and goes on afterwards', async () => {
    await cluster.client.create(deployment('v1', 1));
    await cluster.until(rolledOut, 'first rollout');
    await cluster.client.patch('Deployment', web, { spec: { paused: true, template: { spec: { containers: [{ name: 'web', image: 'v2' }] } } } });
    await cluster.until(() => current()?.status?.conditions?.some(({ reason }) => reason === 'DeploymentPaused'), 'pause');
    await cluster.client.patch('Deployment', web, { spec: { replicas: 2 } });
    await cluster.until(() => pods().filter(isPodReady).length === 2, 'scaled while paused');
    expect(images()).toEqual(['v1']);
    await cluster.client.patch('Deployment', web, { spec: { paused: false } });
    await cluster.until(() => rolledOut() && images().join() === 'v2', 'rollout after the pause');
  });

  it('heals: a deleted pod is replaced', async () => {
    await cluster.client.create(deployment('v1', 3));
    await cluster.until(rolledOut, 'rollout');
    const [victim] = pods();
    await cluster.client.delete('Pod', { namespace: 'default', name: victim.metadata.name ?? '' });
    await cluster.until(() => pods().every(({ metadata }) => metadata.uid !== victim.metadata.uid) && pods().filter(isPodReady).length === 3, 'a new pod');
  });
});

describe('owner references', () => {
  const gone = () => cluster.lister.list('ReplicaSet', 'default').length === 0 && pods().length === 0;

  it.each(['Background', 'Foreground'] as const)('deletes what a Deployment owns: %s', async (propagationPolicy) => {
    await cluster.client.create(deployment('v1', 2));
    await cluster.until(rolledOut, 'rollout');
    await cluster.client.delete('Deployment', web, { propagationPolicy });
    await cluster.until(() => gone() && !current(), 'everything gone');
  });

  it('keeps the pods of a ReplicaSet that is deleted as an orphan’s owner, and a new one adopts them', async () => {
    await cluster.client.create(deployment('v1', 2));
    await cluster.until(rolledOut, 'rollout');
    const before = cluster.lister.list('ReplicaSet', 'default')[0].metadata.uid;
    await cluster.client.delete('Deployment', web, { propagationPolicy: 'Orphan' });
    await cluster.until(() => !current() && cluster.lister.list('ReplicaSet', 'default').every(({ metadata }) => !metadata.ownerReferences?.length), 'orphaned');
    expect(pods()).toHaveLength(2);
    await cluster.client.create(deployment('v1', 2));
    await cluster.until(() => rolledOut() && cluster.lister.list('ReplicaSet', 'default')[0].metadata.ownerReferences?.length === 1, 'adopted');
    expect(cluster.lister.list('ReplicaSet', 'default').map(({ metadata }) => metadata.uid)).toEqual([before]);
  });

  it('deletes what is made for an owner that is already gone', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '00000000-0000-0000-0000-000000000000' }];
    await cluster.client.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'lost', namespace: 'default', ownerReferences } });
    await cluster.until(() => cluster.lister.tryGet('Secret', 'default/lost'), 'seen').catch(() => undefined);
    await cluster.until(() => !cluster.lister.tryGet('Secret', 'default/lost'), 'collected');
  });
});

it('empties a namespace before it goes, and fills a new one', async () => {
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await cluster.until(() => cluster.lister.tryGet('ServiceAccount', 'shop/default') && cluster.lister.tryGet('ConfigMap', 'shop/kube-root-ca.crt'), 'default objects');
  await cluster.client.create({ ...deployment('v1', 2), metadata: { name: 'web', namespace: 'shop' } });
  await cluster.until(() => cluster.lister.list('Pod', 'shop').filter(isPodReady).length === 2, 'pods');
  await cluster.client.delete('Namespace', { name: 'shop' });
  await cluster.until(() => !cluster.lister.tryGet('Namespace', 'shop'), 'namespace gone');
  for (const kind of ['Pod', 'ReplicaSet', 'Deployment', 'ConfigMap', 'ServiceAccount'] as const) expect((await cluster.client.list(kind, { namespace: 'shop' })).items).toEqual([]);
});

it('makes a volume where the first pod runs, and removes it with its claim', async () => {
  await cluster.client.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } as never);
  const spec: Pod['spec'] = { containers: [{ name: 'db', image: 'db' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
  await cluster.client.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db', namespace: 'default' }, spec } as Pod);
  await cluster.until(() => { const pod = cluster.lister.tryGet('Pod', 'default/db'); return pod && isPodReady(pod); }, 'pod runs');
  const claim = cluster.lister.tryGet('PersistentVolumeClaim', 'default/data');
  expect(claim?.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
  const volume = cluster.lister.tryGet('PersistentVolume', claim?.spec.volumeName ?? '');
  expect(volume?.spec.nodeAffinity?.required?.nodeSelectorTerms[0].matchExpressions?.[0].values).toEqual(['node1']);

  await cluster.client.delete('PersistentVolumeClaim', { namespace: 'default', name: 'data' });
  await cluster.until(() => cluster.lister.tryGet('PersistentVolumeClaim', 'default/data')?.metadata.deletionTimestamp, 'claim waits for its pod');
  await cluster.client.delete('Pod', { namespace: 'default', name: 'db' });
  const left = await cluster.until(() => cluster.lister.list('PersistentVolume').find(({ metadata }) => metadata.deletionTimestamp && metadata.finalizers?.length === 1), 'volume waits for its node');
  expect(left.metadata.finalizers).toEqual(['twelve.dev/local-volume']);
  await cluster.client.delete('Node', { name: 'node1' });
  await cluster.until(() => cluster.lister.list('PersistentVolume').length === 0, 'volume of a node that is gone is gone');
});

it('shows ready pods behind their Service, and one Service per port of the host', async () => {
  const spec = { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] };
  const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec });
  await cluster.client.create(service('web'));
  await cluster.client.create(deployment('v1', 2));
  const addresses = await cluster.until(() => { const ready = cluster.lister.tryGet('Endpoints', 'default/web')?.subsets?.[0]?.addresses; return ready?.length === 2 && ready; }, 'endpoints');
  const slices = cluster.lister.list('EndpointSlice', 'default').filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web');
  const ready = slices.flatMap(({ endpoints }) => endpoints).filter(({ conditions }) => conditions?.ready);
  expect(ready.flatMap((endpoint) => endpoint.addresses).sort()).toEqual(addresses.map(({ ip }) => ip).sort());
  await cluster.until(() => cluster.lister.tryGet('Service', 'default/web')?.status?.loadBalancer?.ingress?.[0]?.ip === '192.0.2.1', 'address');

  await cluster.client.create(service('second'));
  await cluster.until(() => cluster.lister.list('Event', 'default').find(({ reason, involvedObject }) => reason === 'SyncLoadBalancerFailed' && involvedObject.name === 'second'), 'conflict told');
  await cluster.client.delete('Service', { namespace: 'default', name: 'web' });
  await cluster.until(() => cluster.lister.tryGet('Service', 'default/second')?.status?.loadBalancer?.ingress?.length === 1, 'freed address is given on');
  await cluster.until(() => !cluster.lister.tryGet('Endpoints', 'default/web'), 'endpoints gone');
});

it('leaves a pod pending that fits nowhere, says why, and places it when there is room', async () => {
  await cluster.until(() => cluster.lister.tryGet('Node', 'node1')?.spec?.taints?.length === undefined, 'the node takes pods');
  await cluster.client.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'big', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '3' } } }] } } as Pod);
  await cluster.client.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'second', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a', resources: { requests: { cpu: '3' } } }] } } as Pod);
  const event = await cluster.until(() => cluster.lister.list('Event', 'default').find(({ reason }) => reason === 'FailedScheduling'), 'event');
  expect(event.message).toBe('0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod..');
  const waiting = event.involvedObject.name ?? '';
  const placed = waiting === 'big' ? 'second' : 'big';
  await cluster.client.delete('Pod', { namespace: 'default', name: placed });
  await cluster.until(() => cluster.lister.tryGet('Pod', `default/${waiting}`)?.spec.nodeName === 'node1', 'placed');
});
