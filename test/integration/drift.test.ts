import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { apply } from '../../lib/apply/apply';
import type { ApplyEvent } from '../../lib/apply/apply-event';
import { deleteObjects, objectsOfApplication } from '../../lib/apply/delete';
import { findDrift } from '../../lib/apply/drift/find-drift';
import { fixDrift } from '../../lib/apply/drift/fix-drift';
import { ReleaseStore } from '../../lib/apply/releases/release-store';
import { systemClock } from '../../lib/base/clock';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const NAMESPACE = 'default';
const APP = { 'twelve-factor.dev/app': 'shop' };
const at = (name: string) => ({ namespace: NAMESPACE, name });

const deployment = (name: string, replicas?: number) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: APP },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'web:1', env: [{ name: 'A', value: '1' }] }] } } },
});
const PROGRAM = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', labels: APP }, data: { a: '1', b: '2' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', labels: APP, annotations: { 'twelve-factor.dev/secret-values': '{"token":{"environment":"TOKEN"},"other":{"environment":"TOKEN"}}' } } },
  deployment('web', 2), deployment('elastic'),
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'elastic', labels: APP }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'elastic' }, maxReplicas: 5 } },
  { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'import', labels: APP }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }] } } } },
];

describe('drift', () => {
  let cluster: TestCluster;
  let events: ApplyEvent[] = [];
  let counter = 0;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const common = () => ({ client: cluster.client, clock: systemClock, signal: new AbortController().signal, timeout: 20_000 });
  const settings = () => ({
    ...common(), application: 'shop', namespace: NAMESPACE, force: false, by: 'me@here', onEvent: (event: ApplyEvent) => void events.push(event),
    secrets: { environment: { TOKEN: 'geheim' }, readFile: () => new Uint8Array(), runCommand: () => Promise.resolve(new Uint8Array()), generate: (length: number) => `${(counter += 1)}`.padEnd(length, 'x') },
  });
  const store = () => new ReleaseStore(cluster.client, 'shop', NAMESPACE);
  const find = () => findDrift(cluster.client, store());
  const told = async () => (await find()).objects.map(({ kind, name, state, fields }) => [`${kind} ${name} ${state}`, ...fields.map(({ field, actual, wanted, by }) => `${field}: ${JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}, ${by}`)]);
  const edit = (object: object, manager = 'kubectl-edit') => cluster.client.patch((object as KubeObject).kind as 'ConfigMap', at((object as KubeObject).metadata.name ?? ''), object, { type: 'strategic', fieldManager: manager });

  beforeEach(async () => {
    await deleteObjects({ ...common(), objects: await objectsOfApplication(cluster.client, 'shop', NAMESPACE), onDeleted: () => undefined });
    await apply({ ...settings(), manifests: PROGRAM.map((object, index) => ({ object: object as unknown as KubeObject, source: `shop.yaml:${index + 1}` })), releases: { by: 'me@here' } });
    events = [];
  });

  it('is none after an apply, whatever controllers and an autoscaler write', async () => {
    await cluster.client.patch('Deployment', at('elastic'), { spec: { replicas: 4 } }, { type: 'merge', subresource: 'scale', fieldManager: 'kube-controller-manager' });
    await cluster.client.delete('Job', at('import'), { propagationPolicy: 'Background' });
    expect(await told()).toEqual([]);
  });

  it('tells each field that somebody has changed, added or taken away, with who it was', async () => {
    await edit({ kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'x', b: null, c: '3' } });
    await edit({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 5, template: { spec: { containers: [{ name: 'main', image: 'web:2', env: [{ name: 'B', value: '2' }] }] } } } }, 'kubectl-set');
    expect(await told()).toEqual([
      ['ConfigMap settings changed', 'data.a: "x", wanted "1", kubectl-edit', 'data.b: undefined, wanted "2", undefined', 'data.c: "3", wanted undefined, kubectl-edit'],
      ['Deployment web changed', 'spec.replicas: 5, wanted 2, kubectl-set', 'spec.template.spec.containers[main].env[B]: {"name":"B","value":"2"}, wanted undefined, kubectl-set', 'spec.template.spec.containers[main].image: "web:2", wanted "web:1", kubectl-set'],
    ]);
    expect((await find()).objects[1]?.fields[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('tells what is missing, and what no release knows; not what a person keeps as data', async () => {
    await cluster.client.delete('ConfigMap', at('settings'));
    for (const object of [{ kind: 'ConfigMap', metadata: { name: 'stray', labels: APP } }, { kind: 'PersistentVolumeClaim', metadata: { name: 'data', labels: APP }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }, { kind: 'ConfigMap', metadata: { name: 'theirs' } }]) {
      await cluster.client.create({ apiVersion: 'v1', ...object, metadata: { ...object.metadata, namespace: NAMESPACE } } as KubeObject);
    }
    expect(await told()).toEqual([['ConfigMap settings missing'], ['ConfigMap stray unknown']]);
  });

  it('of a Secret is told without its values', async () => {
    await edit({ kind: 'Secret', metadata: { name: 'keys' }, data: { token: Buffer.from('gestohlen').toString('base64'), other: null } });
    const [drift] = (await find()).objects;
    expect(drift).toMatchObject({ name: 'keys', fields: [{ field: 'data.other', wanted: '***' }, { field: 'data.token', actual: '***', wanted: '***', by: 'kubectl-edit' }], note: expect.stringContaining('releases do not keep values') });
    expect(JSON.stringify(await find().then(({ objects }) => objects))).not.toMatch(/geheim|gestohlen|Z2VoZWlt|Z2VzdG9obGVu/);
  });

  it('is brought back as it was, as a release of its own; then there is none', async () => {
    await edit({ kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'x', b: null, c: '3' } });
    await edit({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 5, template: { spec: { containers: [{ name: 'main', image: 'web:2', env: [{ name: 'B', value: '2' }] }] } } } }, 'kubectl-set');
    await cluster.client.delete('HorizontalPodAutoscaler', at('elastic'));
    await cluster.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...at('stray'), labels: APP } } as KubeObject);
    await fixDrift(await find(), settings());
    expect(await told()).toEqual([]);
    expect((await cluster.client.get('ConfigMap', at('settings'))).data).toEqual({ a: '1', b: '2' });
    expect((await cluster.client.get('Deployment', at('web'))).spec).toMatchObject({ replicas: 2, template: { spec: { containers: [{ image: 'web:1', env: [{ name: 'A', value: '1' }] }] } } });
    expect(await cluster.client.tryGet('ConfigMap', at('stray'))).toBeUndefined();
    expect(await store().list()).toMatchObject([{ number: 1 }, { number: 2, rollbackTo: 1, status: 'deployed' }]);
  });

  it('of an application without a release that runs cannot be told', async () => {
    await expect(findDrift(cluster.client, new ReleaseStore(cluster.client, 'nobody', NAMESPACE))).rejects.toThrow('nobody has no release that has got ready');
  });
});
