import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { PodCases, podOf, shell, statusOf, stays } from './harness/pods';

describe.skipIf(!defaultKubectl)('ephemeral containers', () => {
  const { kubectl, namespace } = useNamespace('ephemeral');
  const pods = new PodCases(kubectl);

  beforeAll(() => pods.create(
    podOf('app', { volumes: [{ name: 'v', emptyDir: {} }], containers: [stays('touch /v/from-app', { name: 'app', volumeMounts: [{ name: 'v', mountPath: '/v' }], env: [{ name: 'MARK', value: 'of-app' }] })] }),
    podOf('crashing', { containers: [shell('exit 1', { name: 'app' })] }),
  ));

  /** The subresource as kubectl debug uses it; kubectl itself has no other way to it. Its status may change between the look and the write. */
  const replace = (name: string, change: (containers: readonly object[]) => readonly object[]) => eventually(`${name} is still what it was when it is written`, async () => {
    const pod = await pods.get(name);
    const input = JSON.stringify({ ...pod, spec: { ...pod.spec, ephemeralContainers: change(pod.spec.ephemeralContainers ?? []) } });
    const result = await kubectl.try(['replace', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/ephemeralcontainers`, '-f', '-'], { input });
    return !result.err.includes('the object has been modified') && result;
  });
  const add = async (name: string, container: object) => {
    const { code, err } = await replace(name, (containers) => [...containers, { image: 'busybox:1.35', ...container }]);
    if (code !== 0) throw new Error(err);
  };

  it('of kubectl debug see the processes of their target', async () => {
    explainFailure(kubectl);
    await pods.running('app');
    const out = await kubectl(['debug', '-i', 'app', '--image=busybox:1.35', '--target=app', '-c', 'debugger', '--', 'sh', '-c', 'sleep 1; tr "\\0" "\\n" < /proc/1/environ | grep MARK; hostname; ip -4 addr show eth0 | grep -o "inet [0-9.]*"'], { input: '' });
    const logged = await pods.logged('app', 'inet', 'debugger');
    const { status } = await pods.get('app');
    expect(logged).toBe(`MARK=of-app\napp\ninet ${status?.podIP}\n`);
    const seen = out.split('\n').filter((line) => line.startsWith('MARK') || line.startsWith('inet'));
    expect(logged.split('\n')).toEqual(expect.arrayContaining(seen));
  });

  it('have a status of their own and do not change that of the pod', async () => {
    const pod = await pods.until('app', 'the debugger has ended', (candidate) => statusOf(candidate, 'debugger')?.state?.terminated);
    expect(pod.status).toMatchObject({ phase: 'Running', containerStatuses: [{ name: 'app', ready: true, restartCount: 0 }], ephemeralContainerStatuses: [{ name: 'debugger', ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }] });
    await pods.event('app', 'Started', 'Started container debugger');
    expect(await kubectl('get pod app')).toMatch(/app +1\/1 +Running/);
  });

  it('can be attached to, and run commands', async () => {
    explainFailure(kubectl);
    await add('app', { name: 'shell', stdin: true, stdinOnce: true, command: ['sh'], volumeMounts: [{ name: 'v', mountPath: '/volume' }] });
    await pods.until('app', 'the shell runs', (pod) => statusOf(pod, 'shell')?.state?.running);
    expect(await pods.exec('app', 'ls /volume', 'shell')).toBe('from-app\n');
    expect(await kubectl('attach -i app -c shell', { input: 'echo typed; exit\n' })).toContain('typed');
    await pods.until('app', 'the shell has ended', (pod) => statusOf(pod, 'shell')?.state?.terminated);
  });

  it('help with a container that crashes', async () => {
    await pods.waiting('crashing', 'CrashLoopBackOff', 'app');
    await add('crashing', { name: 'help', command: ['echo', 'here'] });
    await pods.logged('crashing', 'here', 'help');
    await add('crashing', { name: 'blind', targetContainerName: 'app', command: ['true'] });
    await pods.event('crashing', 'Failed', 'Error: unable to find target container app');
  });

  it('that cannot start say so and disturb nothing', async () => {
    await add('app', { name: 'broken', command: ['/does/not/exist'] });
    await pods.until('app', 'broken has ended', (pod) => statusOf(pod, 'broken')?.state?.terminated?.reason === 'StartError');
    expect((await pods.get('app')).status?.phase).toBe('Running');
  });

  it.each([
    ['a probe', { name: 'x', livenessProbe: { exec: { command: ['true'] } } }, 'spec.ephemeralContainers[0].livenessProbe: Forbidden: cannot be set for an Ephemeral Container'],
    ['a target that is not there', { name: 'x', targetContainerName: 'nobody' }, 'spec.ephemeralContainers[0].targetContainerName: Not found: "nobody"'],
  ])('with %s are refused', async (_, container, message) => {
    const { err } = await replace('crashing', (containers) => [{ image: 'busybox:1.35', ...container }, ...containers]);
    expect(err).toContain(message);
  });

  it('cannot be taken away again', async () => {
    const { err } = await replace('app', () => []);
    expect(err).toContain('existing ephemeral containers "debugger" may not be removed');
  });

  it('are not needed for a copy of the pod that is debugged', async () => {
    explainFailure(kubectl);
    await kubectl(['debug', 'crashing', '--copy-to=copy', '--container=app', '--share-processes', '--', 'sleep', '600']);
    const pod = await pods.running('copy');
    expect(pod.spec).toMatchObject({ shareProcessNamespace: true, containers: [{ name: 'app', command: ['sleep', '600'] }] });
  });

  it('have a counterpart on the node', async () => {
    explainFailure(kubectl);
    const node = (await pods.get('app')).spec.nodeName ?? '';
    await kubectl(['debug', `node/${node}`, '--image=busybox:1.35', '--', 'sh', '-c', 'ls -d /host/etc; echo /proc/[0-9]* | wc -w']);
    const name = await eventually('the pod is there', async () => /pod\/(node-debugger\S+)/.exec(await kubectl('get pods -o name'))?.[1]);
    const pod = await pods.ended(name);
    expect(pod.spec).toMatchObject({ hostNetwork: true, hostPID: true, hostIPC: true });
    expect(pod.spec.volumes?.[0]).toMatchObject({ hostPath: { path: '/' } });
    const [folder, processes] = (await pods.logs(name, 'debugger')).trim().split('\n');
    expect(folder).toBe('/host/etc');
    expect(Number(processes)).toBeGreaterThan(10);
  });
});
