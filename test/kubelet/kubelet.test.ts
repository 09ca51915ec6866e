import { mkdtemp, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import type { core } from '../../lib/api/types';
import { Kubelet, type KubeletConfig } from '../../lib/kubelet/kubelet';
import { FakeCri, type FakeCriOptions } from '../../lib/testing/fake-cri';
import { FakeApi } from './fake-api';

describe('kubelet', () => {
  let api: FakeApi;
  let clock: FakeClock;
  let dataDirectory: string;
  let stop: AbortController;

  beforeEach(async () => {
    api = new FakeApi();
    clock = new FakeClock();
    stop = new AbortController();
    dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'kubelet-'));
  });
  afterEach(async () => {
    stop.abort();
    await rm(dataDirectory, { recursive: true, force: true });
  });

  async function start(options: FakeCriOptions & { cri?: FakeCri } & Pick<KubeletConfig, 'endpointRemoved'> = {}): Promise<FakeCri> {
    const cri = options.cri ?? new FakeCri({ clock, ...options });
    const kubelet = new Kubelet({
      client: api.client, informers: api.informers, events: api.events, cri, clock, dataDirectory, nodeName: 'n1', nodeAddress: '192.0.2.1', clusterDns: '10.96.0.10', endpointRemoved: options.endpointRemoved, observe: () => Promise.resolve({}),
    });
    await kubelet.start(stop.signal);
    return cri;
  }
  const putPod = (name: string, spec: Partial<core.PodSpec> = {}) => api.put({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'busybox:1' }], ...spec },
  } as never);
  const status = (name: string) => api.pod(name)?.status;
  const container = (name: string) => status(name)?.containerStatuses?.[0];
  const idOf = (name: string) => container(name)?.containerID?.replace('docker://', '') ?? '';
  const running = (name: string) => api.until(() => status(name)?.phase === 'Running' && container(name)?.state?.running);

  /** Files are written in between: as many turns as it takes, the test's own limit ends it. */
  async function eventually(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
  }

  it('registers its node as ready, with what pods may use', async () => {
    await start();
    const node = await api.client.get('Node', { name: 'n1' });
    expect(node.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'n1', 'kubernetes.io/os': 'linux' });
    expect(node.status?.allocatable).toMatchObject({ pods: '110' });
  });

  it('runs a pod and says so', async () => {
    await start();
    putPod('web');
    await running('web');
    expect(status('web')).toMatchObject({ hostIP: '192.0.2.1', podIP: expect.stringMatching(/^10\./) });
    expect(api.recorded.filter(({ object }) => object === 'Pod/web').map(({ reason }) => reason)).toEqual(['Pulled', 'Created', 'Started']);
  });

  it('restarts a container that ends, later each time', async () => {
    const cri = await start();
    putPod('web');
    await running('web');
    cri.exitContainer(idOf('web'), 1);
    await api.until(() => container('web')?.restartCount === 1 && container('web')?.state?.running);
    cri.exitContainer(idOf('web'), 1);
    await api.until(() => container('web')?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(container('web')?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    await eventually(async () => {
      await clock.advance(1_000);
      return container('web')?.restartCount === 2 && Boolean(container('web')?.state?.running);
    });
  });

  it('takes a deleted pod out of the Services before it ends it, and then out of the API', async () => {
    const order: string[] = [];
    const cri = await start({ endpointRemoved: async () => void order.push('endpoint removed') });
    const stopContainer = cri.stopContainer.bind(cri);
    cri.stopContainer = async (id) => {
      order.push('stopped');
      await stopContainer(id);
    };
    const uid = putPod('web').metadata.uid;
    await running('web');
    api.deletePod('web');
    await api.until(() => !api.pod('web'));
    expect(order).toEqual(['endpoint removed', 'stopped']);
    await eventually(async () => (await cri.listContainers({ podUid: uid })).length === 0);
  });

  it('keeps what runs when it is started again, and ends what the API no longer knows', async () => {
    const cri = await start();
    const gone = putPod('gone').metadata.uid;
    putPod('kept');
    await running('gone');
    await running('kept');
    const before = idOf('kept');
    stop.abort();
    stop = new AbortController();
    api.objects.delete('Pod/default/gone');
    await start({ cri });
    await api.until(() => container('kept')?.state?.running);
    expect(idOf('kept')).toBe(before);
    await eventually(async () => (await cri.listPodSandboxes({ podUid: gone })).length === 0);
  });

  it('shows what stands in the way of a container, and goes on when it is gone', async () => {
    await start({ images: ['busybox:1'] });
    putPod('web', { containers: [{ name: 'app', image: 'busybox:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] });
    await api.until(() => container('web')?.state?.waiting?.reason === 'CreateContainerConfigError');
    expect(container('web')?.state?.waiting?.message).toBe('configmap "settings" not found');
    api.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' }, data: {} } as never);
    await running('web');

    putPod('unknown', { containers: [{ name: 'app', image: 'nothing:1' }] });
    await api.until(() => container('unknown')?.state?.waiting?.reason === 'ErrImagePull');
  });

  it('tries to create a container again after a while, and not because of the news its own attempt has made', async () => {
    const cri = await start();
    let attempts = 0;
    const create = cri.createContainer.bind(cri);
    cri.createContainer = async (...parameters) => {
      const id = await create(...parameters);
      if (parameters[2].pod.name !== 'web') return id;
      attempts++;
      await cri.removeContainer(id);
      throw new Error(`lstat /layers/${attempts}/etc/passwd/x: not a directory`);
    };
    putPod('web');
    await api.until(() => container('web')?.state?.waiting?.reason === 'CreateContainerError');
    await clock.advance(5_000);
    putPod('other');
    await running('other');
    expect(attempts).toBe(1);
    await eventually(async () => {
      await clock.advance(1_000);
      return attempts === 2;
    });
    expect(container('web')?.state?.waiting?.reason).toBe('CreateContainerError');
    cri.createContainer = create;
    await eventually(async () => {
      await clock.advance(1_000);
      return Boolean(container('web')?.state?.running);
    });
  });

  it('does not run again what has ended when somebody removes the container', async () => {
    const cri = await start();
    putPod('job', { restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1' }, { name: 'other', image: 'busybox:1' }] });
    await running('job');
    const id = idOf('job');
    cri.exitContainer(id, 0);
    await api.until(() => container('job')?.state?.terminated);
    await cri.removeContainer(id);
    cri.exitContainer(status('job')?.containerStatuses?.[1].containerID?.replace('docker://', '') ?? '', 0);
    await api.until(() => status('job')?.phase === 'Succeeded');
    expect(container('job')).toMatchObject({ restartCount: 0, containerID: `docker://${id}`, state: { terminated: { exitCode: 0, reason: 'Completed' } } });
  });

  it('starts a container again that somebody removed, and counts it', async () => {
    const cri = await start();
    putPod('web');
    await running('web');
    const id = idOf('web');
    await cri.removeContainer(id);
    await api.until(() => container('web')?.restartCount === 1 && container('web')?.state?.running);
    expect(idOf('web')).not.toBe(id);
  });

  it('marks the node not ready while the engine is away, and adopts its pods when it is back', async () => {
    const cri = await start();
    putPod('web');
    await running('web');
    const id = idOf('web');
    const ready = () => api.objects.get('Node/n1') as unknown as { status: core.NodeStatus };
    const condition = () => ready().status.conditions?.find(({ type }) => type === 'Ready')?.status;
    cri.setDown('connection refused');
    await api.until(() => condition() === 'False');
    cri.setDown(undefined);
    await eventually(async () => {
      await clock.advance(1_000);
      return condition() === 'True';
    });
    expect(idOf('web')).toBe(id);
  });

  it('restarts a container whose liveness probe fails', async () => {
    let alive = true;
    const cri = await start({ onExec: () => ({ exitCode: alive ? 0 : 1, stderr: 'dead' }) });
    putPod('web', { containers: [{ name: 'app', image: 'busybox:1', livenessProbe: { exec: { command: ['check'] }, periodSeconds: 1, failureThreshold: 2 } }] });
    await running('web');
    const first = idOf('web');
    await clock.advance(5_000);
    expect(idOf('web')).toBe(first);
    alive = false;
    await clock.advance(3_000);
    await eventually(async () => {
      await clock.advance(100);
      return container('web')?.restartCount === 1;
    });
    expect(api.recorded).toContainEqual(expect.objectContaining({ reason: 'Killing', message: 'Container app failed liveness probe, will be restarted' }));
    expect(await cri.containerStatus(first)).toMatchObject({ state: 'exited' });
  });
});
