import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER } from './harness/objects';
import { neverReady, readyByFile, templateOf, WorkloadCases } from './harness/workloads';

const set = (name: string, spec: object = {}, template: object = templateOf(name)) => ({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec: { serviceName: name, replicas: 3, selector: { matchLabels: { app: name } }, template, ...spec },
});
const headless = (name: string, spec: object = {}) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80 }], ...spec } });
const claims = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } }];
const withData = (name: string) => templateOf(name, FOREVER, { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } });
const version = (name: string, value: string, more: object = {}) => templateOf(name, FOREVER, { container: { env: [{ name: 'VERSION', value }], ...more } });

/** They run beside each other from the beginning; each case waits for its own. */
const objects = [
  headless('ordered', { publishNotReadyAddresses: true }), set('ordered', {}, templateOf('ordered', FOREVER, { container: readyByFile })),
  set('parallel', { podManagementPolicy: 'Parallel' }, templateOf('parallel', FOREVER, { container: neverReady })),
  set('partition', { updateStrategy: { rollingUpdate: { partition: 2 } } }, version('partition', 'one')),
  set('manual', { replicas: 2, podManagementPolicy: 'Parallel', updateStrategy: { type: 'OnDelete' } }, version('manual', 'one')),
  set('broken', { replicas: 2 }, version('broken', 'one')),
  set('counted', { replicas: 2, ordinals: { start: 5 } }),
  set('patient', { replicas: 2, minReadySeconds: 3 }),
  set('history', { replicas: 1, revisionHistoryLimit: 1 }, version('history', 'one')),
  set('failing', { replicas: 1 }, templateOf('failing', FOREVER)),
];

describe.skipIf(!defaultKubectl)('StatefulSet (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('stateful');
  const cases = new WorkloadCases(kubectl);
  const ready = (name: string, count: number) => cases.until('statefulset', name, `${count} pods are ready`, ({ status }) => (status['readyReplicas'] ?? 0) === count && status['replicas'] === count);
  const versions = async (name: string) => [...await cases.pods(name)].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '')).map(({ spec }) => spec.containers[0].env?.[0].value).join();
  const touch = (pod: string) => eventually(`${pod} is told that it is ready`, async () => (await kubectl.try(['exec', pod, '--', 'touch', '/tmp/ready'])).code === 0);

  beforeAll(() => cases.apply(...objects));

  it('makes its pods one after the other, each when the one before is ready, and takes them away from the last to the first', async () => {
    explainFailure(kubectl);
    for (const [index, pod] of ['ordered-0', 'ordered-1', 'ordered-2'].entries()) {
      await cases.until('pod', pod, 'runs', ({ status }) => status['phase'] === 'Running');
      expect(await cases.podNames('ordered')).toHaveLength(index + 1);
      await touch(pod);
    }
    const { status } = await ready('ordered', 3);
    expect(status).toMatchObject({ availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, collisionCount: 0, observedGeneration: 1 });
    expect(status['currentRevision']).toBe(status['updateRevision']);
    const created = (await cases.events('StatefulSet', 'ordered')).filter((event) => event.includes('SuccessfulCreate'));
    expect(created).toEqual([0, 1, 2].map((index) => `Normal SuccessfulCreate create Pod ordered-${index} in StatefulSet ordered successful`));

    await kubectl('scale statefulset ordered --replicas=1');
    await eventually('the first is left', async () => (await cases.podNames('ordered')).join() === 'ordered-0');
    await cases.untilEvent('StatefulSet', 'ordered', 'Normal SuccessfulDelete delete Pod ordered-1 in StatefulSet ordered successful');
    const deleted = (await cases.events('StatefulSet', 'ordered')).filter((event) => event.includes('SuccessfulDelete'));
    expect(deleted).toEqual([2, 1].map((index) => `Normal SuccessfulDelete delete Pod ordered-${index} in StatefulSet ordered successful`));
  });

  it('gives each pod a name that stays, with labels, host name and an address that others find by it', async () => {
    explainFailure(kubectl);
    await eventually('one pod is left', async () => (await cases.podNames('ordered')).join() === 'ordered-0');
    const before = await cases.get('pod', 'ordered-0');
    expect(before.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'ordered-0', 'apps.kubernetes.io/pod-index': '0', 'controller-revision-hash': expect.stringMatching(/^ordered-/) });
    expect(before.spec).toMatchObject({ hostname: 'ordered-0', subdomain: 'ordered' });
    await kubectl('delete pod ordered-0');
    const after = await cases.until('pod', 'ordered-0', 'is there again', ({ metadata, status }) => metadata.uid !== before.metadata.uid && status['phase'] === 'Running');
    await eventually('its name leads to it', async () => {
      const { out } = await kubectl.try(['exec', 'ordered-0', '--', 'ping', '-c', '1', '-W', '1', 'ordered-0.ordered']);
      return out.includes(`PING ordered-0.ordered (${String(after.status['podIP'])})`);
    });
  });

  it('makes parallel pods all at once, ready or not, and takes them away likewise', async () => {
    explainFailure(kubectl);
    await eventually('three pods run', async () => (await cases.pods('parallel')).filter(({ status }) => status?.phase === 'Running').length === 3);
    expect((await cases.get('statefulset', 'parallel')).status).toMatchObject({ replicas: 3, availableReplicas: 0 });
    await kubectl('scale statefulset parallel --replicas=1');
    await eventually('one is left', async () => (await cases.podNames('parallel')).join() === 'parallel-0');
    await kubectl('delete statefulset parallel --wait=false');
  });

  it('updates from the highest ordinal down, and only from the partition on', async () => {
    explainFailure(kubectl);
    await ready('partition', 3);
    await cases.apply(set('partition', { updateStrategy: { rollingUpdate: { partition: 2 } } }, version('partition', 'two')));
    const part = await cases.until('statefulset', 'partition', 'the last pod is new', ({ status }) => status['updatedReplicas'] === 1 && status['readyReplicas'] === 3);
    expect(await versions('partition')).toBe('one,one,two');
    expect(part.status['currentReplicas']).toBe(2);
    expect(part.status['currentRevision']).not.toBe(part.status['updateRevision']);
    expect(await kubectl('rollout status statefulset/partition --timeout=180s')).toContain('partitioned roll out complete: 1 new pods have been updated');
    await kubectl('delete pod partition-0');
    await eventually('a pod below the partition is made anew from the old revision', async () => (await cases.get('statefulset', 'partition')).status['readyReplicas'] === 3 && await versions('partition') === 'one,one,two');

    await cases.patch('statefulset', 'partition', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await kubectl('rollout status statefulset/partition --timeout=180s');
    expect(await versions('partition')).toBe('two,two,two');
    const order = (await cases.events('StatefulSet', 'partition')).filter((event) => event.includes('SuccessfulDelete')).map((event) => event.match(/partition-\d/)?.[0]);
    expect(order).toEqual(['partition-2', 'partition-1', 'partition-0']);
    const done = (await cases.get('statefulset', 'partition')).status;
    expect(done['currentRevision']).toBe(done['updateRevision']);
  });

  it('changes nothing by itself when its pods are updated as they are deleted', async () => {
    explainFailure(kubectl);
    await ready('manual', 2);
    await cases.apply(set('manual', { replicas: 2, podManagementPolicy: 'Parallel', updateStrategy: { type: 'OnDelete' } }, version('manual', 'two')));
    await cases.until('statefulset', 'manual', 'it has seen the change', ({ status, metadata }) => status['observedGeneration'] === metadata.generation);
    expect(await versions('manual')).toBe('one,one');
    await kubectl('delete pod manual-0');
    await eventually('the deleted one is new', async () => await versions('manual') === 'two,one');
  });

  it('waits with an update at a pod that does not get ready, goes back by rollout undo, and needs a hand for the broken pod as upstream', async () => {
    explainFailure(kubectl);
    await ready('broken', 2);
    await cases.apply(set('broken', { replicas: 2 }, version('broken', 'two', neverReady)));
    await eventually('the last pod is new and not ready', async () => await versions('broken') === 'one,two' && (await cases.get('statefulset', 'broken')).status['readyReplicas'] === 1);
    await kubectl('rollout undo statefulset/broken');
    await cases.until('statefulset', 'broken', 'it has seen the change', ({ status, metadata }) => status['observedGeneration'] === metadata.generation);
    expect(await versions('broken')).toBe('one,two');
    await kubectl('delete pod broken-1');
    await kubectl('rollout status statefulset/broken --timeout=180s');
    expect(await versions('broken')).toBe('one,one');
  });

  it('counts from the ordinal that it is told', async () => {
    await ready('counted', 2);
    expect(await cases.podNames('counted')).toEqual(['counted-5', 'counted-6']);
    await cases.patch('statefulset', 'counted', { spec: { ordinals: { start: 6 } } });
    await eventually('the range has moved', async () => (await cases.podNames('counted')).join() === 'counted-6,counted-7');
  });

  it('counts a pod as available only some time after it is ready, and goes on then', async () => {
    explainFailure(kubectl);
    await cases.until('statefulset', 'patient', 'both are available', ({ status }) => status['availableReplicas'] === 2);
    const times = (await cases.pods('patient')).map(({ metadata, status }) => ({ name: metadata.name ?? '', made: Date.parse(metadata.creationTimestamp ?? ''), ready: Date.parse(status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '') })).sort((a, b) => a.name.localeCompare(b.name));
    expect(times[1].made - times[0].ready).toBeGreaterThanOrEqual(2_000);
  });

  it('keeps as many revisions as it is told, and shows them', async () => {
    explainFailure(kubectl);
    for (const value of ['two', 'three', 'four']) {
      await cases.apply(set('history', { replicas: 1, revisionHistoryLimit: 1 }, version('history', value)));
      await kubectl('rollout status statefulset/history --timeout=180s');
    }
    const revisions = () => kubectl('get controllerrevisions -l app=history -o jsonpath={.items[*].revision}');
    await eventually('one old revision is left beside the current', async () => (await revisions()).split(' ').length === 2);
    expect(await kubectl('rollout history statefulset/history')).toMatch(/REVISION +CHANGE-CAUSE\n3 +<none>\n4 +<none>/);
    await kubectl('rollout restart statefulset/history');
    await kubectl('rollout status statefulset/history --timeout=180s');
    expect((await cases.get('pod', 'history-0')).metadata.annotations?.['kubectl.kubernetes.io/restartedAt']).toBeDefined();
  });

  it('makes a pod anew that has failed', async () => {
    explainFailure(kubectl);
    await ready('failing', 1);
    const { metadata: { uid } } = await cases.get('pod', 'failing-0');
    await cases.patch('pod', 'failing-0', { spec: { activeDeadlineSeconds: 1 } });
    await cases.until('pod', 'failing-0', 'is another', ({ metadata, status }) => metadata.uid !== uid && status['phase'] === 'Running');
    await cases.untilEvent('StatefulSet', 'failing', 'Normal SuccessfulDelete delete Pod failing-0 in StatefulSet failing successful');
  });

  it('leaves its pods to themselves when only it is deleted, and takes them back', async () => {
    const uids = async () => (await cases.pods('counted')).map(({ metadata }) => metadata.uid).sort().join();
    await ready('counted', 2);
    const before = await uids();
    await kubectl('delete statefulset counted --cascade=orphan');
    expect((await cases.pods('counted')).every(({ metadata }) => metadata.ownerReferences === undefined)).toBe(true);
    await cases.apply(set('counted', { replicas: 2, ordinals: { start: 6 } }));
    await ready('counted', 2);
    expect(await uids()).toBe(before);
    expect((await cases.pods('counted')).every(({ metadata }) => metadata.ownerReferences?.[0].kind === 'StatefulSet')).toBe(true);
  });
});

describe.skipIf(!defaultKubectl)('claims of a StatefulSet (skipped without kubectl, and where no class makes volumes)', () => {
  const { kubectl } = useNamespace('claims');
  const cases = new WorkloadCases(kubectl);
  const names = async () => (await kubectl('get pvc -o jsonpath={.items[*].metadata.name}')).split(' ').filter(Boolean).sort();
  let possible = false;
  beforeAll(async () => { possible = (await kubectl('get storageclass -o name')) !== ''; });

  it('are made before each pod, stay when it is scaled away or deleted, and are found again', async ({ skip }) => {
    if (!possible) skip();
    explainFailure(kubectl);
    await cases.apply(set('kept', { replicas: 2, volumeClaimTemplates: claims }, withData('kept')));
    await kubectl('rollout status statefulset/kept --timeout=180s');
    expect(await names()).toEqual(['data-kept-0', 'data-kept-1']);
    await cases.untilEvent('StatefulSet', 'kept', 'Normal SuccessfulCreate create Claim data-kept-0 Pod kept-0 in StatefulSet kept success');
    await kubectl(['exec', 'kept-1', '--', 'sh', '-c', 'echo mine > /data/file']);
    await kubectl('scale statefulset kept --replicas=1');
    await eventually('one is left', async () => (await cases.podNames('kept')).join() === 'kept-0');
    expect(await names()).toEqual(['data-kept-0', 'data-kept-1']);
    await kubectl('scale statefulset kept --replicas=2');
    await kubectl('rollout status statefulset/kept --timeout=180s');
    expect(await kubectl(['exec', 'kept-1', '--', 'cat', '/data/file'])).toBe('mine\n');
    await kubectl('delete statefulset kept');
    expect(await names()).toEqual(['data-kept-0', 'data-kept-1']);
    await kubectl('delete pvc --all --wait=false');
  });

  it('go with the pod or with the set where the retention policy says so', async ({ skip }) => {
    if (!possible) skip();
    explainFailure(kubectl);
    await cases.apply(set('gone', { replicas: 2, volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' } }, withData('gone')));
    await kubectl('rollout status statefulset/gone --timeout=180s');
    await kubectl('scale statefulset gone --replicas=1');
    await eventually('the claim of the pod that went is gone', async () => !(await names()).includes('data-gone-1'));
    expect(await names()).toContain('data-gone-0');
    await kubectl('delete statefulset gone');
    await eventually('the claim of the set is gone', async () => !(await names()).includes('data-gone-0'));
  });
});
