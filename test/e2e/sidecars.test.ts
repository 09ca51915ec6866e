import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { conditionOf, PodCases, podOf, shell, statusOf, stays } from './harness/pods';

const shared = { volumes: [{ name: 'v', emptyDir: {} }] };
const mount = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
const init = (name: string, script: string, more: object = {}) => ({ name, image: 'busybox:1.35', command: ['sh', '-c', script], ...mount, ...more });
/** Writes when it starts and when it is asked to end. */
const sidecar = (name: string, more: object = {}) => init(name, `echo "start ${name}" | tee -a /v/log; trap 'echo "end ${name}"; sleep 0.3; exit 0' TERM; while :; do sleep 0.1; done`, { restartPolicy: 'Always', ...more });

describe.skipIf(!defaultKubectl)('init containers', () => {
  const { kubectl, namespace } = useNamespace('init');
  const pods = new PodCases(kubectl);

  beforeAll(() => pods.create(
    podOf('order', { ...shared, initContainers: [init('one', 'echo one >> /v/log; sleep 0.5; echo one done >> /v/log'), init('two', 'echo two >> /v/log')], containers: [stays('echo app >> /v/log', mount)] }),
    podOf('fails', { ...shared, initContainers: [init('bad', 'echo tried; exit 5'), init('after', 'true')] }),
    podOf('fails-for-good', { ...shared, restartPolicy: 'Never', initContainers: [init('good', 'true'), init('bad', 'exit 5'), init('after', 'true')] }),
    podOf('waits', { ...shared, initContainers: [init('gate', 'until [ -e /v/open ]; do sleep 0.1; done'), init('next', 'true')], containers: [stays('true', mount)] }),
    podOf('second-try', { ...shared, restartPolicy: 'OnFailure', initContainers: [init('flaky', 'test -e /v/tried || { touch /v/tried; exit 1; }')], containers: [shell('echo ran')] }),
  ));

  it('run one after the other before the others', async () => {
    explainFailure(kubectl);
    const pod = await pods.running('order');
    await pods.until('order', 'is ready', (candidate) => conditionOf(candidate, 'Ready')?.status === 'True');
    expect(await eventually('the app has started', async () => {
      const log = await pods.exec('order', 'cat /v/log');
      return log.includes('app\n') && log;
    })).toBe('one\none done\ntwo\napp\n');
    expect(pod.status?.initContainerStatuses).toMatchObject(['one', 'two'].map((name) => ({ name, ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } })));
    expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'True' });
  });

  it('hold back the pod while they run', async () => {
    const pod = await pods.until('waits', 'runs its first', (candidate) => statusOf(candidate, 'gate')?.state?.running);
    expect(pod.status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] });
    expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [gate next]' });
    expect(await kubectl('get pod waits')).toMatch(/Init:0\/2/);
    await pods.exec('waits', 'touch /v/open', 'gate');
    await pods.ready('waits');
  });

  it('that fail are tried again, with a back-off', async () => {
    const pod = await pods.until('fails', 'waits in CrashLoopBackOff', (candidate) => statusOf(candidate, 'bad')?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(pod.status).toMatchObject({ phase: 'Pending' });
    expect(statusOf(pod, 'bad')).toMatchObject({ lastState: { terminated: { exitCode: 5, reason: 'Error' } } });
    expect(statusOf(pod, 'bad')?.restartCount).toBeGreaterThanOrEqual(1);
    expect(statusOf(pod, 'after')).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } });
    await eventually('it is shown', async () => (await kubectl('get pod fails')).includes('Init:CrashLoopBackOff'));
    expect(await pods.logged('fails', 'tried', 'bad')).toBe('tried\n');
  });

  it('that fail end a pod that is never restarted', async () => {
    const pod = await pods.ended('fails-for-good');
    expect(pod.status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] });
    expect(statusOf(pod, 'bad')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 5 } } });
    expect(await kubectl('get pod fails-for-good')).toMatch(/Init:Error/);
  });

  it('that succeed at the second try are done', async () => {
    const pod = await pods.ended('second-try');
    expect(pod.status).toMatchObject({ phase: 'Succeeded', initContainerStatuses: [{ restartCount: 1, ready: true }] });
    expect(await pods.logs('second-try')).toBe('ran\n');
  });

  describe('that go on (sidecars)', () => {
    beforeAll(() => pods.create(
      podOf('sidecars', {
        ...shared, terminationGracePeriodSeconds: 20,
        initContainers: [
          sidecar('first', { startupProbe: { exec: { command: ['sh', '-c', 'sleep 0.5; echo "started first" >> /v/log'] }, periodSeconds: 1, timeoutSeconds: 5 }, readinessProbe: { exec: { command: ['test', '-e', '/v/ready'] }, periodSeconds: 1 } }),
          init('between', 'echo between >> /v/log'),
          sidecar('second'),
        ],
        containers: [shell('echo "start app" | tee -a /v/log; trap \'sleep 0.5; echo "end app"; exit 0\' TERM; while :; do sleep 0.1; done', mount)],
      }),
      podOf('completes', { ...shared, restartPolicy: 'Never', initContainers: [sidecar('helper')], containers: [shell('sleep 1; echo done', mount)] }),
      podOf('crashing', { ...shared, restartPolicy: 'Never', initContainers: [init('helper', 'until [ -e /v/app ]; do sleep 0.1; done; exit 1', { restartPolicy: 'Always' })], containers: [stays('touch /v/app', mount)] }),
      podOf('sick', { ...shared, initContainers: [sidecar('helper', { livenessProbe: { exec: { command: ['test', '-e', '/v/well'] }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 10 } })], containers: [stays('true', mount)] }),
      podOf('hooked', { ...shared, initContainers: [sidecar('helper', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo postStart >> /v/log'] } } } })], containers: [stays('true', mount)] }),
      {
        apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' },
        spec: { backoffLimit: 0, template: { spec: { ...shared, restartPolicy: 'Never', terminationGracePeriodSeconds: 5, initContainers: [sidecar('helper')], containers: [{ name: 'c', image: 'busybox:1.35', command: ['true'] }] } } },
      },
    ));

    it('start in their place, and what comes after waits until they have started', async () => {
      explainFailure(kubectl);
      const pod = await pods.running('sidecars');
      const log = await eventually('the app has started', async () => {
        const text = await pods.exec('sidecars', 'cat /v/log');
        return text.includes('start app') && text;
      });
      expect(log.split('\n').filter((line, index, all) => all.indexOf(line) === index).slice(0, 5)).toEqual(['start first', 'started first', 'between', 'start second', 'start app']);
      expect(statusOf(pod, 'first')).toMatchObject({ started: true, ready: false, state: { running: {} } });
      expect(statusOf(pod, 'second')).toMatchObject({ started: true, ready: true });
      expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'True' });
    });

    it('count for the readiness of the pod', async () => {
      const pod = await pods.running('sidecars');
      expect(conditionOf(pod, 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [first]' });
      await pods.exec('sidecars', 'touch /v/ready');
      await pods.ready('sidecars');
      expect(await kubectl('get pod sidecars')).toMatch(/sidecars +3\/3 +Running/);
    });

    it('end after the others, the last first', async () => {
      explainFailure(kubectl);
      const followed = new Set<string>();
      const logs = ['c', 'first', 'second'].map((container) => kubectl.try(['logs', '-f', '--timestamps', 'sidecars', '-c', container], {
        until: () => {
          followed.add(container);
          return false;
        },
      }));
      await eventually('all of them are followed', () => followed.size === 3);
      await kubectl('delete pod sidecars --wait=false');
      expect((await Promise.all(logs)).flatMap(({ out }) => out.split('\n')).filter((line) => line.includes(' end ')).sort().map((line) => line.replace(/^\S+ /, ''))).toEqual(['end app', 'end second', 'end first']);
    });

    it('do not keep a pod or a Job from completing', async () => {
      explainFailure(kubectl);
      expect((await pods.ended('completes')).status).toMatchObject({ phase: 'Succeeded', initContainerStatuses: [{ name: 'helper', state: { terminated: { exitCode: 0 } } }] });
      await kubectl('wait --for=condition=Complete job/job --timeout=180s');
    });

    it('are restarted whatever the restart policy of the pod is', async () => {
      const pod = await pods.until('crashing', 'restarts its sidecar', (candidate) => (statusOf(candidate, 'helper')?.restartCount ?? 0) > 0);
      expect(pod.status?.phase).toBe('Running');
      expect(statusOf(pod)).toMatchObject({ restartCount: 0 });
      await pods.waiting('crashing', 'CrashLoopBackOff', 'helper');
    });

    it('are restarted when their liveness probe fails, and have hooks', async () => {
      await pods.event('sick', 'Killing', 'Init container helper failed liveness probe');
      await pods.until('sick', 'restarts its sidecar', (candidate) => (statusOf(candidate, 'helper')?.restartCount ?? 0) > 0);
      await pods.running('hooked');
      expect(await pods.exec('hooked', 'cat /v/log')).toContain('postStart\n');
    });

    it('leave the probes of ordinary init containers refused', async () => {
      expect(await pods.refusal(podOf('refused', { ...shared, initContainers: [init('x', 'true', { readinessProbe: { exec: { command: ['true'] } } })] })))
        .toContain('spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always');
      expect(await pods.refusal(podOf('refused', { ...shared, initContainers: [init('x', 'true', { restartPolicy: 'Never' })] })))
        .toContain('spec.initContainers[0].restartPolicy: Unsupported value: "Never": supported values: "Always"');
      expect(namespace).toBeTruthy();
    });
  });
});
