import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { conditionOf, configMap, PodCases, podOf, shell, statusOf, stays } from './harness/pods';

describe.skipIf(!defaultKubectl)('containers', () => {
  const { kubectl, namespace } = useNamespace('containers');
  const pods = new PodCases(kubectl);

  describe('how they end', () => {
    beforeAll(() => pods.create(
      ...(['Always', 'OnFailure', 'Never'] as const).flatMap((restartPolicy) => [0, 3].map((code) => (
        podOf(`${restartPolicy.toLowerCase()}-${code}`, { restartPolicy, containers: [shell(`echo run; exit ${code}`)] })
      ))),
      podOf('one-of-two', { restartPolicy: 'Never', containers: [shell('exit 0'), shell('exit 7')] }),
      podOf('not-found', { containers: [{ command: ['/does/not/exist'] }] }),
      podOf('not-a-directory', { restartPolicy: 'Never', containers: [{ command: ['true'], workingDir: '/etc/passwd/x' }] }),
      podOf('oom', { restartPolicy: 'Never', containers: [shell('x=$(head -c 100000000 /dev/zero | tr "\\0" x); echo ${#x}', { resources: { limits: { memory: '16Mi' } } })] }),
      podOf('messages', {
        restartPolicy: 'Never',
        containers: [
          shell('printf "from the file" > /dev/termination-log; exit 1', { name: 'file' }),
          shell('printf "elsewhere" > /tmp/message', { name: 'path', terminationMessagePath: '/tmp/message' }),
          shell('echo the last words; exit 1', { name: 'log', terminationMessagePolicy: 'FallbackToLogsOnError' }),
          shell('echo not shown', { name: 'log-success', terminationMessagePolicy: 'FallbackToLogsOnError' }),
          shell('echo not shown; exit 1', { name: 'no-log' }),
          shell('head -c 5000 /dev/zero | tr "\\0" x > /dev/termination-log', { name: 'long' }),
        ],
      }),
    ));

    it.each([['onfailure-0', 'Succeeded', 'Completed', 0], ['never-0', 'Succeeded', 'Completed', 0], ['never-3', 'Failed', 'Error', 3], ['one-of-two', 'Failed', 'Completed', 0]] as const)(
      '%s is %s', async (name, phase, reason, exitCode) => {
        const pod = await pods.ended(name);
        expect(pod.status).toMatchObject({ phase, containerStatuses: expect.arrayContaining([expect.objectContaining({ ready: false, started: false, restartCount: 0, state: { terminated: expect.objectContaining({ reason, exitCode }) } })]) });
        const unready = phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed';
        expect([conditionOf(pod, 'Ready'), conditionOf(pod, 'ContainersReady')]).toMatchObject([{ status: 'False', reason: unready }, { status: 'False', reason: unready }]);
        expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'True', ...(phase === 'Succeeded' && { reason: 'PodCompleted' }) });
      },
    );

    it.each([['always-0', 'Completed', 0], ['always-3', 'Error', 3], ['onfailure-3', 'Error', 3]] as const)('%s is started again and then backs off', async (name, reason, exitCode) => {
      // One look: when it comes, the container may have been started more than once.
      const pod = await pods.until(name, 'backs off', (candidate) => statusOf(candidate)?.state?.waiting?.reason === 'CrashLoopBackOff');
      const { metadata, status } = pod;
      const { restartCount = 0, state } = statusOf(pod) ?? {};
      const delay = ['0s', '10s', '20s', '40s', '1m20s', '2m40s'].at(restartCount) ?? '5m0s';
      expect(restartCount).toBeGreaterThan(0);
      expect(state?.waiting?.message).toBe(`back-off ${delay} restarting failed container=c pod=${name}_${namespace}(${metadata.uid})`);
      expect(status).toMatchObject({ phase: 'Running', containerStatuses: [{ lastState: { terminated: { reason, exitCode } } }] });
      await pods.event(name, 'BackOff', `Back-off restarting failed container c in pod ${name}_${namespace}(${metadata.uid})`);
      await eventually('kubectl shows it', async () => /CrashLoopBackOff +[1-9]\d* \(/.test(await kubectl(['get', 'pod', name])));
    });

    it('cannot start without their program', async () => {
      explainFailure(kubectl);
      const pod = await pods.until('not-found', 'says so', (candidate) => statusOf(candidate)?.lastState?.terminated);
      expect(statusOf(pod)?.lastState?.terminated).toMatchObject({ reason: 'StartError', exitCode: 128, message: expect.stringContaining('/does/not/exist') });
      await pods.event('not-found', 'Failed', /^Error: failed to .*start.*\/does\/not\/exist/);
      await pods.until('not-found', 'waits', (candidate) => ['RunContainerError', 'CrashLoopBackOff'].includes(statusOf(candidate)?.state?.waiting?.reason ?? ''));
      // Some engines find this out when they create the container, others when they start it.
      const refused = await pods.until('not-a-directory', 'says so', (candidate) => statusOf(candidate)?.state?.waiting?.reason === 'CreateContainerError' || statusOf(candidate)?.state?.terminated?.reason === 'StartError');
      expect(JSON.stringify(statusOf(refused)?.state)).toMatch(/not a directory/);
      await pods.event('not-a-directory', 'Failed', 'Error: ');
    });

    it('are killed when they use more memory than their limit', async () => {
      const pod = await pods.ended('oom');
      expect(statusOf(pod)?.state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    });

    it('leave a message from their file, or the end of their log after an error', async () => {
      const pod = await pods.ended('messages');
      const message = (name: string) => statusOf(pod, name)?.state?.terminated?.message;
      expect(['file', 'path', 'log', 'log-success', 'no-log'].map(message)).toEqual(['from the file', 'elsewhere', 'the last words\n', undefined, undefined]);
      expect(message('long')).toHaveLength(4096);
    });
  });

  describe('lifecycle hooks', () => {
    beforeAll(() => pods.create(
      podOf('hooks', {
        terminationGracePeriodSeconds: 10, volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          stays('echo main >> /v/log; echo started', { volumeMounts: [{ name: 'v', mountPath: '/v' }], lifecycle: { postStart: { exec: { command: ['sh', '-c', 'until [ -e /v/log ]; do sleep 0.1; done; sleep 1; echo postStart >> /v/log'] } }, preStop: { exec: { command: ['sh', '-c', 'echo preStop > /proc/1/fd/1'] } } } }),
          shell('trap "echo TERM; exit 0" TERM; while :; do sleep 0.1; done', { name: 'web', image: 'nginx:1.22', command: ['sh', '-c', 'echo "pid /tmp/pid; events {} http { access_log /dev/stdout; server { listen 81; return 200; } }" > /tmp/conf; echo started; exec nginx -c /tmp/conf -g "daemon off;"'], ports: [{ name: 'http', containerPort: 81 }], readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1, timeoutSeconds: 10 }, lifecycle: { preStop: { httpGet: { path: '/stopping', port: 'http', httpHeaders: [{ name: 'X-Why', value: 'preStop' }] } } } }),
        ],
      }),
      podOf('post-start-fails', { containers: [stays('true', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo no luck; exit 4'] } } } })] }),
      podOf('tcp-hook', { containers: [stays('true', { lifecycle: { postStart: { tcpSocket: { port: 80 } } } })] }),
      podOf('pre-stop-fails', { containers: [stays('true', { lifecycle: { preStop: { exec: { command: ['false'] } } } })] }),
      podOf('slow-hook', { terminationGracePeriodSeconds: 2, containers: [stays('true', { lifecycle: { preStop: { exec: { command: ['sleep', '60'] } } } })] }),
      podOf('ignores-term', { terminationGracePeriodSeconds: 2, containers: [shell('trap "" TERM; while :; do sleep 0.1; done')] }),
    ));

    it('postStart runs before the container counts as running', async () => {
      explainFailure(kubectl);
      await pods.running('hooks');
      expect(await pods.exec('hooks', 'cat /v/log')).toBe('main\npostStart\n');
    });

    it('preStop runs before the signal, by exec and by HTTP', async () => {
      explainFailure(kubectl);
      await pods.ready('hooks');
      const followed = new Set<string>();
      const [exec, http] = ['c', 'web'].map((container) => kubectl(['logs', '-f', 'hooks', '-c', container], {
        until: () => {
          followed.add(container);
          return false;
        },
      }));
      await eventually('both logs are followed', () => followed.size === 2);
      await kubectl('delete pod hooks --wait=false');
      expect(await exec).toBe('started\npreStop\n');
      expect(await http).toMatch(/"GET \/stopping HTTP\/1\.1" 200 .*"kube-lifecycle\/1\.\d+"/);
      await pods.event('hooks', 'Killing', 'Stopping container c');
    });

    it('a postStart that fails ends the container', async () => {
      await pods.event('post-start-fails', 'FailedPostStartHook', 'PostStartHook failed');
      await pods.event('post-start-fails', 'Killing', 'FailedPostStartHook');
      await pods.until('post-start-fails', 'is started again', (pod) => (statusOf(pod)?.restartCount ?? 0) > 0);
    });

    it('a postStart of a kind that is only accepted fails', async () => {
      await pods.event('tcp-hook', 'FailedPostStartHook', 'PostStartHook failed');
    });

    it('a preStop that fails or takes too long does not keep the pod', async () => {
      await pods.running('pre-stop-fails');
      await pods.running('slow-hook');
      await kubectl('delete pod pre-stop-fails slow-hook --timeout=180s');
      await pods.event('pre-stop-fails', 'FailedPreStopHook', 'PreStopHook failed');
    });

    it('a container that ignores TERM is killed when its grace period is over', async () => {
      await pods.running('ignores-term');
      const started = Date.now();
      await kubectl('delete pod ignores-term --timeout=180s');
      expect(Date.now() - started).toBeGreaterThan(1_900);
    });

    it.each([
      ['tcpSocket without a port', { lifecycle: { postStart: { tcpSocket: {} as never } } }, 'spec.containers[0].lifecycle.postStart.tcpSocket.port'],
      ['two handlers', { lifecycle: { preStop: { exec: { command: ['true'] }, httpGet: { port: 1 } } } }, 'may not specify more than 1 handler type'],
      ['sleep, which came later', { lifecycle: { preStop: { sleep: { seconds: 1 } } as never } }, 'unknown field "spec.containers[0].lifecycle.preStop.sleep"'],
    ])('%s is refused', async (_, container, message) => {
      expect(await pods.refusal(podOf('refused', { containers: [container] }))).toContain(message);
    });
  });

  describe('what they run', () => {
    beforeAll(() => pods.create(
      configMap('words', { greeting: 'hello' }),
      podOf('program', {
        restartPolicy: 'Never',
        containers: [
          { name: 'args', args: ['echo', '$(WHO) $$(WHO) $(NOBODY)'], env: [{ name: 'WHO', value: 'me' }] },
          { name: 'command', command: ['sh', '-c', 'echo $0 $1'], args: ['zero', 'one'] },
          shell('pwd', { name: 'directory', workingDir: '/usr/made/here' }),
          shell('test -t 0 && echo terminal; tty; cat; echo ended', { name: 'no-stdin' }),
          shell('test -t 1 && echo terminal', { name: 'tty', tty: true }),
        ],
      }),
      podOf('stdin', { restartPolicy: 'Never', containers: [shell('read line; echo "got $line"', { stdin: true, stdinOnce: true })] }),
      podOf('never-pull', { containers: [{ image: 'nowhere:1', imagePullPolicy: 'Never', command: ['x'] }] }),
      podOf('bad-name', { containers: [{ image: 'UPPER//case', command: ['x'] }] }),
      podOf('no-registry', { containers: [{ image: '127.0.0.1:1/nothing:1', command: ['x'] }] }),
      podOf('present', { containers: [stays('true')] }),
      podOf('deadline', { activeDeadlineSeconds: 2, containers: [stays('true')] }),
      podOf('gates', { readinessGates: [{ conditionType: 'example.com/ready' }], containers: [stays('true')] }),
      podOf('replaced', { containers: [stays('true', { image: 'nginx:1.22', command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] })] }),
      podOf('unscheduled', { schedulerName: 'somebody-else' }),
      podOf('node-name', { containers: [stays('true')], priority: 0, preemptionPolicy: 'PreemptLowerPriority', enableServiceLinks: false, automountServiceAccountToken: false }),
    ));

    it('is command and args, with variables in them, in their working directory', async () => {
      explainFailure(kubectl);
      await pods.ended('program');
      const logs = await Promise.all(['args', 'command', 'directory', 'no-stdin', 'tty'].map((name) => pods.logs('program', name)));
      expect(logs).toEqual(['me $(WHO) $(NOBODY)\n', 'zero one\n', '/usr/made/here\n', 'not a tty\nended\n', 'terminal\r\n']);
    });

    it('reads from the one who attaches', async () => {
      await pods.running('stdin');
      expect(await kubectl('attach -i stdin', { input: 'a line\n' })).toContain('got a line');
      expect((await pods.ended('stdin')).status?.phase).toBe('Succeeded');
    });

    it('needs its image', async () => {
      expect((await pods.waiting('never-pull', 'ErrImageNeverPull')).message).toBe('Container image "nowhere:1" is not present with pull policy of Never');
      await pods.event('never-pull', 'ErrImageNeverPull', 'Container image "nowhere:1" is not present with pull policy of Never');
      await pods.event('never-pull', 'Failed', 'Error: ErrImageNeverPull');
      expect((await pods.waiting('bad-name', 'InvalidImageName')).message).toContain('couldn\'t parse image name "UPPER//case": invalid reference format');
      await pods.event('bad-name', 'InspectFailed', 'Failed to apply default image tag "UPPER//case"');
      await pods.event('bad-name', 'Failed', 'Error: InvalidImageName');
      await pods.event('no-registry', 'Pulling', 'Pulling image "127.0.0.1:1/nothing:1"');
      await pods.event('no-registry', 'Failed', 'Failed to pull image "127.0.0.1:1/nothing:1": ');
      await pods.event('no-registry', 'Failed', 'Error: ErrImagePull');
      await pods.waiting('no-registry', 'ImagePullBackOff');
      await pods.event('no-registry', 'BackOff', 'Back-off pulling image "127.0.0.1:1/nothing:1"');
      await pods.event('no-registry', 'Failed', 'Error: ImagePullBackOff');
      await pods.event('present', 'Pulled', 'Container image "busybox:1.35" already present on machine');
    });

    it('ends when the pod has been active for too long', async () => {
      const pod = await pods.ended('deadline');
      expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' });
      await pods.event('deadline', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
    });

    it('is ready when its readiness gates say so', async () => {
      const pod = await pods.running('gates');
      expect(conditionOf(pod, 'ContainersReady')).toMatchObject({ status: 'True' });
      expect(conditionOf(pod, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate "example.com/ready" does not exist.' });
      const gate = (status: string) => kubectl(['patch', 'pod', 'gates', '--subresource=status', '-p', JSON.stringify({ status: { conditions: [{ type: 'example.com/ready', status }] } })]);
      await gate('False');
      await pods.until('gates', 'names the gate', (candidate) => conditionOf(candidate, 'Ready')?.message === 'the status of pod readiness gate "example.com/ready" is not "True", but False');
      await gate('True');
      await pods.ready('gates');
    });

    it('is replaced when its image is changed', async () => {
      await pods.running('replaced');
      await kubectl('set image pod/replaced c=busybox:1.35');
      await pods.event('replaced', 'Killing', 'Container c definition changed, will be restarted');
      const pod = await pods.until('replaced', 'runs the other image', (candidate) => statusOf(candidate)?.restartCount === 1 && statusOf(candidate)?.state?.running);
      expect(statusOf(pod)).toMatchObject({ image: 'busybox:1.35', lastState: { terminated: { reason: 'Error' } } });
    });

    it('waits for the scheduler it names', async () => {
      expect((await pods.get('unscheduled')).status).toMatchObject({ phase: 'Pending' });
      expect((await pods.get('unscheduled')).spec.nodeName).toBeUndefined();
    });

    it('gets no token when it wants none', async () => {
      await pods.running('node-name');
      expect(await pods.exec('node-name', 'ls /var/run/secrets 2>&1 | wc -l; env | grep -c KUBERNETES_SERVICE_HOST')).toMatch(/^1\n1\n$/);
      expect((await pods.get('node-name')).spec.volumes).toBeUndefined();
    });
  });

  describe('what they may use', () => {
    beforeAll(() => pods.create(
      podOf('guaranteed', { containers: [stays('true', { resources: { limits: { cpu: '200m', memory: '32Mi' } } })] }),
      podOf('burstable', { containers: [stays('true', { resources: { requests: { cpu: '250m', memory: '16Mi' } } })] }),
      podOf('best-effort', { containers: [stays('true')] }),
    ));

    it('is set in their cgroups by requests, limits and quality of service', async () => {
      explainFailure(kubectl);
      await Promise.all(['guaranteed', 'burstable', 'best-effort'].map((name) => pods.running(name)));
      const limits = 'cd /sys/fs/cgroup; if [ -e cpu.max ]; then cat cpu.max memory.max; else echo $(cat cpu/cpu.cfs_quota_us) $(cat cpu/cpu.cfs_period_us); cat memory/memory.limit_in_bytes; fi';
      expect(await pods.exec('guaranteed', limits)).toBe('20000 100000\n33554432\n');
      expect((await pods.get('guaranteed')).status).toMatchObject({ qosClass: 'Guaranteed' });
      expect((await pods.get('burstable')).status).toMatchObject({ qosClass: 'Burstable' });
      expect((await pods.get('best-effort')).status).toMatchObject({ qosClass: 'BestEffort' });
      const score = async (name: string) => Number(await pods.exec(name, 'cat /proc/1/oom_score_adj'));
      expect(await score('best-effort')).toBe(1000);
      const burstable = await score('burstable');
      expect(burstable).toBeGreaterThan(2);
      expect(burstable).toBeLessThan(1000);
      expect([-997, 0]).toContain(await score('guaranteed'));
      const shares = 'cd /sys/fs/cgroup; cat cpu.weight 2>/dev/null || cat cpu/cpu.shares';
      expect(['256\n', '10\n']).toContain(await pods.exec('burstable', shares));
      expect(['2\n', '1\n']).toContain(await pods.exec('best-effort', shares));
    });

    it('is rejected by the node when the scheduler was passed over and there is no room', async () => {
      const { spec } = await pods.running('best-effort');
      await pods.create(podOf('too-large', { nodeName: spec.nodeName, containers: [stays('true', { resources: { requests: { cpu: '1000' } } })] }));
      const pod = await pods.ended('too-large');
      expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu', message: expect.stringMatching(/Node didn't have enough resource: cpu, requested: 1000000, used: \d+, capacity: \d+/) });
      await pods.event('too-large', 'OutOfcpu', 'Node didn\'t have enough resource: cpu, requested: 1000000');
      expect(await kubectl('get pod too-large')).toMatch(/OutOfcpu/);
    });

    it('never is a huge page or a thing of a resizable container on nodes without them', async () => {
      await pods.create(podOf('huge', { containers: [{ resources: { limits: { 'hugepages-2Mi': '2Mi', 'memory': '8Mi', 'cpu': '10m' } } }] }));
      const pod = await pods.until('huge', 'is not scheduled', (candidate) => conditionOf(candidate, 'PodScheduled')?.status === 'False');
      expect(conditionOf(pod, 'PodScheduled')).toMatchObject({ reason: 'Unschedulable', message: expect.stringContaining('Insufficient hugepages-2Mi') });
    });
  });
});
