import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER, list, shellPod } from './harness/objects';
import { webManifest } from './harness/web-manifest';

describe.skipIf(!defaultKubectl)('owners, finalizers and what is left behind', () => {
  const { kubectl } = useNamespace('garbage');
  const names = async (what: string) => (await kubectl(`get ${what} -o name`)).split('\n').filter(Boolean);

  it('deleting an owner in the background removes what it owns', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: webManifest({ name: 'background' }) });
    await kubectl('rollout status deployment/background --timeout=180s');
    await kubectl('delete deployment background --cascade=background');
    await eventually('nothing of it is left', async () => (await names('replicaset,pod -l app=background')).length === 0);
  });

  it('deleting in the foreground keeps the owner until its dependents are gone', async () => {
    explainFailure(kubectl);
    const keep = shellPod('kept', FOREVER, { metadata: { name: 'kept', finalizers: ['example.com/not-yet'], labels: { app: 'kept' } } });
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } }) });
    const uid = await kubectl('get configmap owner -o jsonpath={.metadata.uid}');
    const owned = { ...keep, metadata: { ...(keep as { metadata: object }).metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, blockOwnerDeletion: true }] } };
    await kubectl('apply -f -', { input: list(owned) });
    await kubectl('wait --for=condition=Ready pod/kept --timeout=180s');
    await kubectl('delete configmap owner --cascade=foreground --wait=false');
    expect(await kubectl('get configmap owner -o jsonpath={.metadata.finalizers}')).toBe('["foregroundDeletion"]');
    await eventually('the pod has ended and waits for its finalizer', async () => (await kubectl('get pod kept -o jsonpath={.metadata.deletionTimestamp}{.status.phase}')).endsWith('Z') || /Succeeded|Failed/.test(await kubectl('get pod kept -o jsonpath={.status.phase}')));
    expect(await names('configmap owner')).toEqual(['configmap/owner']);
    await kubectl(['patch', 'pod', 'kept', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await kubectl('wait --for=delete pod/kept configmap/owner --timeout=180s');
  });

  it('orphaned pods go on running, and a new owner that selects them takes them over', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: webManifest({ name: 'orphan' }) });
    await kubectl('rollout status deployment/orphan --timeout=180s');
    const before = await kubectl('get pods -l app=orphan -o jsonpath={.items[*].metadata.uid}');
    await kubectl('delete deployment orphan --cascade=orphan');
    const [replicaSet] = await names('replicaset -l app=orphan');
    expect(await kubectl(`get ${replicaSet} -o jsonpath={.metadata.ownerReferences}`)).toBe('');
    await kubectl('apply -f -', { input: webManifest({ name: 'orphan' }) });
    await kubectl('rollout status deployment/orphan --timeout=180s');
    expect(await kubectl('get pods -l app=orphan -o jsonpath={.items[*].metadata.uid}')).toBe(before);
    expect(await kubectl(`get ${replicaSet} -o jsonpath={.metadata.ownerReferences[0].kind}`)).toBe('Deployment');
    await kubectl('delete deployment orphan');
  });

  it('an object with a finalizer stays Terminating until the finalizer is removed', async () => {
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', finalizers: ['example.com/hold'] } }) });
    await kubectl('delete configmap held --wait=false');
    expect(await kubectl('get configmap held -o jsonpath={.metadata.deletionTimestamp}')).toMatch(/^2/);
    const { err } = await kubectl.try(['patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}']);
    expect(err).toContain('metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted');
    await kubectl(['patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await kubectl('wait --for=delete configmap/held --timeout=180s');
  });

  it('an object whose owner never existed is collected', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '00000000-0000-0000-0000-000000000000' }];
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child', ownerReferences } }) });
    await kubectl('wait --for=delete configmap/child --timeout=180s');
  });

  it('a finished Job goes after its time to live', async () => {
    explainFailure(kubectl);
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.35', command: ['true'] }] } };
    await kubectl('apply -f -', { input: list({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'short' }, spec: { ttlSecondsAfterFinished: 1, template } }) });
    await kubectl('wait --for=delete job/short --timeout=180s');
    await eventually('its pod is gone too', async () => (await names('pods -l job-name=short')).length === 0);
  });

  it('a namespace is emptied, says what it waits for, and goes', async () => {
    explainFailure(kubectl);
    const other = `garbage-${process.pid}`;
    await kubectl(`create namespace ${other}`);
    await kubectl(`apply -n ${other} -f -`, { input: list({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'last', finalizers: ['example.com/hold'] } }, shellPod('p', FOREVER)) });
    await kubectl(`delete namespace ${other} --wait=false`);
    const condition = (type: string) => kubectl(['get', 'namespace', other, '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].message}`]);
    expect(await eventually('the namespace says what is left', async () => await condition('NamespaceFinalizersRemaining') || undefined)).toContain('Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances');
    const { err } = await kubectl.try(`create configmap late -n ${other}`);
    expect(err).toContain(`configmaps "late" is forbidden: unable to create new content in namespace ${other} because it is being terminated`);
    await kubectl(['patch', 'configmap', 'last', '-n', other, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await kubectl(`wait --for=delete namespace/${other} --timeout=180s`);
  });
});
