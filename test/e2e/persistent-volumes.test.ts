import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER, list, shellPod } from './harness/objects';

const claim = (name: string, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } }, ...spec },
});
const mounting = (volume: object) => ({ spec: { volumes: [{ name: 'data', ...volume }] }, container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } });
const claimed = (claimName: string) => mounting({ persistentVolumeClaim: { claimName } });

describe.skipIf(!defaultKubectl)('persistent volumes', () => {
  const { kubectl, namespace } = useNamespace('volumes');
  const field = (what: string, path: string) => kubectl(`get ${what} -o jsonpath={${path}}`);
  const events = (name: string) => kubectl(['get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}']);

  it('a claim of the default class waits for its first consumer, is bound where that pod runs, and its data outlives the pod', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(claim('kept')) });
    await eventually('the claim says that it waits', async () => (await events('kept')).includes('WaitForFirstConsumer: waiting for first consumer to be created before binding'));
    expect(await field('pvc/kept', '.status.phase')).toBe('Pending');
    await kubectl('apply -f -', { input: list(shellPod('writer', 'echo precious > /data/file', claimed('kept'))) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/writer --timeout=180s');
    expect(await kubectl('get pvc kept')).toMatch(/kept +Bound +pvc-\S+ +10Mi +RWO +/);
    await kubectl('delete pod writer');
    await kubectl('apply -f -', { input: list(shellPod('reader', 'cat /data/file', claimed('kept'))) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/reader --timeout=180s');
    expect(await kubectl('logs reader')).toBe('precious\n');
  });

  it('a claim grows where its class allows it, and does not shrink', async () => {
    explainFailure(kubectl);
    await kubectl(['patch', 'pvc', 'kept', '-p', '{"spec":{"resources":{"requests":{"storage":"20Mi"}}}}']);
    await eventually('the claim shows its new size', async () => await field('pvc/kept', '.status.capacity.storage') === '20Mi');
    expect(await field(`pv/${await field('pvc/kept', '.spec.volumeName')}`, '.spec.capacity.storage')).toBe('20Mi');
    const { err } = await kubectl.try(['patch', 'pvc', 'kept', '-p', '{"spec":{"resources":{"requests":{"storage":"5Mi"}}}}']);
    expect(err).toContain('field can not be less than previous value');
  });

  it('a claim that a pod uses is not removed before the pod is gone; then its volume goes too', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(claim('busy'), shellPod('user', FOREVER, claimed('busy'))) });
    await kubectl('wait --for=condition=Ready pod/user --timeout=180s');
    const volume = await field('pvc/busy', '.spec.volumeName');
    await kubectl('delete pvc busy --wait=false');
    expect(await kubectl('get pvc busy')).toMatch(/busy +Terminating/);
    expect(await field('pod/user', '.status.phase')).toBe('Running');
    await kubectl('delete pod user');
    await kubectl(`wait --for=delete pvc/busy pv/${volume} --timeout=180s`);
  });

  it('a volume that is to be retained is Released when its claim is gone, keeps its data and is not bound again', async () => {
    explainFailure(kubectl);
    const name = `${namespace}-retained`;
    const spec = { capacity: { storage: '10Mi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: name, hostPath: { path: `/tmp/${name}`, type: 'DirectoryOrCreate' } };
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, labels: { disk: 'this' } }, spec };
    try {
      await kubectl('apply -f -', { input: list(volume, claim('static', { storageClassName: name, selector: { matchLabels: { disk: 'this' } } })) });
      await kubectl('wait --for=jsonpath={.status.phase}=Bound pvc/static --timeout=180s');
      await kubectl('apply -f -', { input: list(shellPod('static', 'echo kept > /data/file', claimed('static'))) });
      await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/static --timeout=180s');
      await kubectl('delete pod/static pvc/static');
      await kubectl(`wait --for=jsonpath={.status.phase}=Released pv/${name} --timeout=180s`);
      await kubectl('apply -f -', { input: list(claim('again', { storageClassName: name }), shellPod('look', 'cat /data/file', mounting({ hostPath: { path: `/tmp/${name}` } }))) });
      await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/look --timeout=180s');
      expect(await kubectl('logs look')).toBe('kept\n');
      await eventually('the new claim finds no volume', async () => (await events('again')).includes(`storageclass.storage.k8s.io "${name}" not found`));
      expect(await field('pvc/again', '.status.phase')).toBe('Pending');
    } finally {
      await kubectl.try(['apply', '-f', '-'], { input: list(shellPod('clean', `rm -rf /data/${name}`, mounting({ hostPath: { path: '/tmp' } }))) });
      await kubectl.try('wait --for=jsonpath={.status.phase}=Succeeded pod/clean --timeout=60s');
      await kubectl.try('delete pvc again --wait=false');
      await kubectl.try(`delete pv ${name}`);
    }
  });

  it('a claim is bound only to a volume with enough room and its labels', async () => {
    explainFailure(kubectl);
    const volume = (suffix: string, storage: string, disk: string) => ({
      apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `${namespace}-${suffix}`, labels: { disk } },
      spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: `${namespace}-choice`, hostPath: { path: `/tmp/${namespace}-${suffix}` } },
    });
    try {
      await kubectl('apply -f -', { input: list(volume('small', '5Mi', 'fast'), volume('slow', '10Mi', 'slow'), volume('large', '40Mi', 'fast'), volume('fits', '12Mi', 'fast')) });
      await kubectl('apply -f -', { input: list(claim('choice', { storageClassName: `${namespace}-choice`, selector: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['fast'] }] } })) });
      await kubectl('wait --for=jsonpath={.status.phase}=Bound pvc/choice --timeout=180s');
      expect(await field('pvc/choice', '.spec.volumeName')).toBe(`${namespace}-fits`);
      expect(await field('pvc/choice', '.status.capacity.storage')).toBe('12Mi');
    } finally {
      await kubectl.try('delete pvc choice');
      await kubectl.try(['delete', 'pv', ...['small', 'slow', 'large', 'fits'].map((suffix) => `${namespace}-${suffix}`)]);
    }
  });

  it('a generic ephemeral volume gets a claim of its own that goes with the pod', async () => {
    explainFailure(kubectl);
    const ephemeral = { volumeClaimTemplate: { metadata: { labels: { of: 'scratch' } }, spec: claim('').spec } };
    await kubectl('apply -f -', { input: list(shellPod('scratch', `echo x > /data/x; ${FOREVER}`, mounting({ ephemeral }))) });
    await kubectl('wait --for=condition=Ready pod/scratch --timeout=180s');
    expect(await kubectl('get pvc scratch-data -o jsonpath={.status.phase}/{.metadata.labels.of}/{.metadata.ownerReferences[0].name}')).toBe('Bound/scratch/scratch');
    await kubectl('delete pod scratch');
    await kubectl('wait --for=delete pvc/scratch-data --timeout=180s');
  });

  it('a claim that is not there keeps its pod Pending and says so', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(shellPod('lost', FOREVER, claimed('nowhere'))) });
    await eventually('the pod says why', async () => (await events('lost')).includes('persistentvolumeclaim "nowhere" not found'));
    await eventually('its condition says so too', async () => await field('pod/lost', '.status.conditions[?(@.type=="PodScheduled")].reason') === 'Unschedulable');
    await kubectl('delete pod lost');
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('volumes that our nodes cannot give (of the bundled runtime)', () => {
  const { kubectl } = useNamespace('volumes-refused');

  it('are refused with the field and what to use instead', async () => {
    const { err } = await kubectl.try('apply -f -', { input: list(claim('raw', { volumeMode: 'Block' })) });
    expect(err).toContain('spec.volumeMode: Forbidden: not supported by this runtime: volumes are folders of the node, not block devices');
    const many = await kubectl.try('apply -f -', { input: list(shellPod('nfs', FOREVER, mounting({ nfs: { server: 'x', path: '/' } }))) });
    expect(many.err).toContain('spec.volumes[0].nfs: Forbidden: not supported by this runtime');
  });

  it('a claim for many nodes says why it stays Pending', async () => {
    await kubectl('apply -f -', { input: list(claim('many', { accessModes: ['ReadWriteMany'] }), shellPod('many', FOREVER, claimed('many'))) });
    await eventually('the claim says why', async () => (await kubectl('describe pvc many')).includes('ReadWriteMany is not possible with a directory on one node'));
  });
});
