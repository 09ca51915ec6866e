import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { apply } from '../../lib/apply/apply';
import type { ApplyEvent } from '../../lib/apply/apply-event';
import { deleteObjects, objectsOfApplication } from '../../lib/apply/delete';
import { findApplication } from '../../lib/apply/find-application';
import { ReleaseStore } from '../../lib/apply/releases/release-store';
import { applyOrRollBack, rollBack, rollbackTarget } from '../../lib/apply/releases/rollback';
import { systemClock } from '../../lib/base/clock';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const NAMESPACE = 'default';
const APP = { 'twelve-factor.dev/app': 'shop' };

const configMap = (name: string, data: Record<string, string> = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: APP }, data });
const deployment = (name: string, image: string, configMapName?: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: APP },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image, ...(configMapName && { envFrom: [{ configMapRef: { name: configMapName } }] }) }] } },
  },
});
const task = (image: string) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', labels: { ...APP, 'twelve-factor.dev/release-task': 'true' } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
});
const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels: APP }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } });

describe('releases, on a control plane whose pods are ready unless their image is broken', () => {
  let cluster: TestCluster;
  let events: ApplyEvent[] = [];
  beforeAll(async () => { cluster = await startTestCluster({ brokenImages: ['broken:1'] }); });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    events = [];
    await deleteObjects({ ...common(), objects: await objectsOfApplication(cluster.client, 'shop', NAMESPACE), onDeleted: () => undefined });
  });

  const common = () => ({ client: cluster.client, clock: systemClock, signal: new AbortController().signal, timeout: 20_000 });
  const settings = () => ({
    ...common(), application: 'shop', namespace: NAMESPACE, force: false, by: 'me@here', onEvent: (event: ApplyEvent) => void events.push(event),
    secrets: { environment: { TOKEN: token }, readFile: () => new Uint8Array(), runCommand: () => Promise.resolve(new Uint8Array()), generate: (length: number) => `${(counter += 1)}`.padEnd(length, 'x') },
  });
  let token = 'one';
  let counter = 0;
  const manifestsOf = (objects: readonly object[]) => objects.map((object, index) => ({ object: object as KubeObject, source: `shop.yaml:${index + 1}` }));
  const run = (objects: readonly object[], more: object = {}) => {
    events = [];
    return apply({ ...settings(), manifests: manifestsOf(objects), releases: { by: 'me@here', revision: 'abc' }, ...more });
  };
  const store = () => new ReleaseStore(cluster.client, 'shop', NAMESPACE);
  const history = async () => (await store().list()).map(({ number, status }) => `${number} ${status}`);
  const names = async () => (await objectsOfApplication(cluster.client, 'shop', NAMESPACE)).filter(({ metadata }) => !metadata.name?.includes('.release-')).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  const imageOf = async (name: string) => (await cluster.client.get('Deployment', { namespace: NAMESPACE, name })).spec.template.spec?.containers[0]?.image;
  const actions = () => Object.fromEntries(events.flatMap((event) => (event.stage === 'plan' ? event.objects.map(({ kind, name, action }) => [`${kind} ${name}`, action]) : [])));

  it('are looked for in the namespace that a person names, and elsewhere only when none is named', async () => {
    await run([configMap('a')]);
    const find = (elsewhere: boolean, name = 'shop') => findApplication(cluster.client, { name }, { namespace: 'kube-public', elsewhere });
    expect(await find(true)).toEqual({ name: 'shop', namespace: NAMESPACE });
    await expect(find(false)).rejects.toThrow('there is no application "shop" in namespace kube-public');
    await expect(find(true, 'nobody')).rejects.toThrow(`there is no application "nobody"; there are: shop (namespace ${NAMESPACE})`);
  });

  it('are numbered, tell who made them of what, and label what they changed; an apply without a change writes nothing', async () => {
    await run([configMap('a'), deployment('web', 'web:1')]);
    await run([configMap('a'), deployment('web', 'web:2')]);
    expect(await store().list()).toMatchObject([{ number: 1, status: 'deployed', by: 'me@here', revision: 'abc', summary: '2 created' }, { number: 2, status: 'deployed', summary: '1 changed' }]);
    const everything = async () => (await objectsOfApplication(cluster.client, 'shop', NAMESPACE)).map(({ kind, metadata: { name, labels, resourceVersion } }) => `${kind} ${name} ${labels?.['twelve-factor.dev/release']} ${resourceVersion}`);
    const before = await everything();
    expect(before.map((line) => line.split(' ').slice(0, 3).join(' ')).sort()).toEqual(['ConfigMap a 1', 'Deployment web 2', 'Secret shop.release-1 1', 'Secret shop.release-2 2']);
    await run([configMap('a'), deployment('web', 'web:2')]);
    expect(await everything()).toEqual(before);
    expect(events.at(-1)).toMatchObject({ stage: 'done', changed: 0 });
  });

  it('remove what left the program, after the new is ready; data and what others own stays', async () => {
    await run([deployment('web', 'web:1'), deployment('old', 'web:1'), claim('data')]);
    await cluster.client.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'of-somebody', namespace: NAMESPACE, labels: { 'twelve-factor.dev/app': 'other' } }, spec: { ports: [{ port: 1 }] } } as KubeObject);
    await run([deployment('web', 'web:2')]);
    expect(actions()).toMatchObject({ 'Deployment web': 'change', 'Deployment old': 'prune' });
    expect(await names()).toEqual(['Deployment web', 'PersistentVolumeClaim data']);
    expect(events.at(-1)).toMatchObject({ kept: [{ kind: 'PersistentVolumeClaim', name: 'data', reason: 'data' }] });
    const order = events.map(({ stage }) => stage);
    expect(order.lastIndexOf('wait')).toBeLessThan(order.indexOf('prune'));
    expect(await cluster.client.tryGet('Service', { namespace: NAMESPACE, name: 'of-somebody' })).toBeDefined();
  });

  it('keep a version of the configuration while something may need it, then collect it', async () => {
    for (const version of [1, 2, 3]) await run([configMap(`config-${version}`), deployment('web', 'web:1', `config-${version}`)], { releases: { by: 'me', keep: 2 } });
    await cluster.client.patch('Deployment', { namespace: NAMESPACE, name: 'web' }, { spec: { revisionHistoryLimit: 0 } }, { type: 'merge' });
    await cluster.until(() => cluster.lister.list('ReplicaSet', NAMESPACE).length === 1, 'old ReplicaSets are gone');
    await run([configMap('config-4'), deployment('web', 'web:1', 'config-4')], { releases: { by: 'me', keep: 2 } });
    expect(await names()).toEqual(['ConfigMap config-3', 'ConfigMap config-4', 'Deployment web']);
    expect(await history()).toEqual(['3 deployed', '4 deployed']);
  });

  it('refuse to remove everything because the program was another one', async () => {
    await run([deployment('web', 'web:1')]);
    await expect(run([deployment('other', 'web:1')])).rejects.toThrow(/all of it would be removed: Deployment default\/web\nnothing was changed.*--allow-prune-all/s);
    await run([deployment('other', 'web:1')], { allowPruneAll: true });
    expect(await names()).toEqual(['Deployment other']);
  });

  it('run their tasks once, before any process changes; one that fails stops the apply, and the next apply goes on', async () => {
    await run([configMap('a'), task('task:1'), deployment('web', 'web:1')]);
    const order = events.flatMap((event) => (event.stage === 'apply' ? [event.name] : event.stage === 'task' ? [`${event.task} ${event.state}`] : []));
    expect(order).toEqual(['a', 'migrate', 'migrate running', 'migrate done', 'web']);
    await run([configMap('a'), task('task:1'), deployment('web', 'web:1')]);
    expect(actions()).toMatchObject({ 'Job migrate': 'unchanged' });

    await expect(run([configMap('a', { b: 'c' }), task('broken:1'), deployment('web', 'web:2')])).rejects.toThrow(/the release task migrate failed, so nothing that comes after was changed\nJob migrate is not ready: failed/);
    expect(await imageOf('web')).toBe('web:1');
    expect(await history()).toEqual(['1 deployed', '2 failed']);
    await run([configMap('a', { b: 'c' }), task('task:2'), deployment('web', 'web:2')]);
    expect(await imageOf('web')).toBe('web:2');
    expect(await history()).toEqual(['1 deployed', '2 failed', '3 deployed']);
  });

  it('that were interrupted are finished by the next apply of the same', async () => {
    const stop = new AbortController();
    const interrupted = run([configMap('a'), deployment('web', 'web:1')], { signal: stop.signal, onEvent: ({ stage }: ApplyEvent) => { if (stage === 'apply') stop.abort(new Error('interrupted')); } });
    await expect(interrupted).rejects.toThrow(/interrupted/);
    expect(await history()).toEqual(['1 pending']);
    await run([configMap('a'), deployment('web', 'web:1')]);
    expect(await history()).toEqual(['1 deployed']);
    expect(await names()).toEqual(['ConfigMap a', 'Deployment web']);
  });

  it('bring back an earlier one as a whole: what changed, what is missing, and what is too much', async () => {
    await run([configMap('config-1', { v: '1' }), deployment('web', 'web:1', 'config-1'), task('task:1')]);
    await run([configMap('config-2', { v: '2' }), deployment('web', 'web:2', 'config-2'), deployment('extra', 'web:2'), task('task:2')]);
    await cluster.client.delete('ConfigMap', { namespace: NAMESPACE, name: 'config-1' });
    events = [];
    await rollBack(rollbackTarget(await store().list(), undefined), settings());
    expect(await imageOf('web')).toBe('web:1');
    expect(actions()).toMatchObject({ 'ConfigMap config-1': 'create', 'Deployment extra': 'prune', 'Job migrate': 'unchanged' });
    expect(await history()).toEqual(['1 deployed', '2 deployed', '3 deployed']);
    expect((await store().list()).at(-1)).toMatchObject({ rollbackTo: 1 });
  });

  it('are rolled back by themselves when they do not get ready and that is wanted: exit code 3', async () => {
    await run([deployment('web', 'web:1')]);
    const failing = applyOrRollBack({ ...settings(), timeout: 1_500, manifests: manifestsOf([deployment('web', 'broken:1')]), releases: { by: 'me' } }, NAMESPACE);
    await expect(failing).rejects.toMatchObject({ exitCode: 3, message: 'the release failed, and release 1 runs again' });
    expect(await imageOf('web')).toBe('web:1');
    expect(await history()).toEqual(['1 deployed', '2 failed', '3 deployed']);
  });

  it('roll the pods of a secret that was rotated, without a trace of the value', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', labels: APP, annotations: { 'twelve-factor.dev/secret-values': JSON.stringify({ token: { environment: 'TOKEN' } }) } } };
    const user = { ...deployment('web', 'web:1'), spec: { ...deployment('web', 'web:1').spec, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1', envFrom: [{ secretRef: { name: 'keys' } }] }] } } } };
    const template = async () => (await cluster.client.get('Deployment', { namespace: NAMESPACE, name: 'web' })).spec.template;
    await run([secret, user, deployment('bystander', 'web:1')]);
    const before = await template();
    await run([secret, user, deployment('bystander', 'web:1')]);
    expect(await template()).toEqual(before);
    token = 'another-value';
    await run([secret, user, deployment('bystander', 'web:1')]);
    expect(actions()).toMatchObject({ 'Secret keys': 'change', 'Deployment web': 'change', 'Deployment bystander': 'unchanged' });
    expect(await template()).not.toEqual(before);
    const everything = JSON.stringify([await template(), events, (await store().list())]);
    for (const trace of ['another-value', Buffer.from('another-value').toString('base64')]) expect(everything).not.toContain(trace);
    token = 'one';
  });

  it('are made by one client at a time: the second is told who the first is, and a killed one is not waited for', async () => {
    const lease = (renewTime: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'shop.apply', namespace: NAMESPACE }, spec: { holderIdentity: 'you@there x', leaseDurationSeconds: 30, renewTime } }) as KubeObject;
    await cluster.client.create(lease(new Date().toISOString().replace('Z', '000Z')));
    await expect(run([configMap('a')])).rejects.toThrow(/shop is being applied by you@there/);
    expect(await names()).toEqual([]);
    await cluster.client.delete('Lease', { namespace: NAMESPACE, name: 'shop.apply' });
    await cluster.client.create(lease('2020-01-01T00:00:00.000000Z'));
    await run([configMap('a')]);
    expect(await names()).toEqual(['ConfigMap a']);
    expect(await cluster.client.tryGet('Lease', { namespace: NAMESPACE, name: 'shop.apply' })).toBeUndefined();
  });

  it('leave an object of another application alone, unless it is to be adopted', async () => {
    await cluster.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: NAMESPACE, labels: { 'twelve-factor.dev/app': 'other' } } } as KubeObject);
    await expect(run([configMap('theirs')])).rejects.toThrow(/belongs to the application other; choose another name, or take it over with --adopt/);
    await run([configMap('theirs')], { adopt: true, force: true });
    expect(await names()).toEqual(['ConfigMap theirs']);
  });
});
