import { describe, expect, it } from 'vitest';
import { computePodStatus, type PodStatusInput } from '../../lib/kubelet/status/pod-status';
import { exited, podOf, runtimeOf, sandbox, state } from './builders';

const input = (more: Partial<PodStatusInput> = {}): PodStatusInput => ({
  pod: podOf(), runtime: runtimeOf([state('app')]), reasons: new Map(), messages: new Map(), nodeAddress: '192.0.2.1', now: 60_000, terminal: false,
  verdicts: { liveness: () => 'success', readiness: () => 'success', startup: () => 'success' }, ...more,
});
const condition = (status: ReturnType<typeof computePodStatus>, type: string) => status.conditions?.find((candidate) => candidate.type === type);

describe('computePodStatus', () => {
  it('shows a running pod as ready with its address', () => {
    const status = computePodStatus(input());
    expect(status).toMatchObject({ phase: 'Running', podIP: '10.0.0.2', hostIP: '192.0.2.1', qosClass: 'BestEffort' });
    expect(condition(status, 'Ready')).toMatchObject({ status: 'True' });
    expect(status.containerStatuses).toMatchObject([{ ready: true, started: true, restartCount: 0, containerID: 'docker://app-0', state: { running: {} } }]);
  });

  it('keeps the time of a condition that did not change', () => {
    const pod = { ...podOf(), status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: 'then' }] } };
    const status = computePodStatus(input({ pod }));
    expect(condition(status, 'Ready')?.lastTransitionTime).toBe('then');
    expect(condition(status, 'Initialized')?.lastTransitionTime).toBe('1970-01-01T00:01:00Z');
  });

  it('is not ready while a readiness probe or a readiness gate says so', () => {
    const probed = podOf({ containers: [{ name: 'app', image: 'busybox', readinessProbe: { tcpSocket: { port: 80 } } }] });
    const verdicts = { ...input().verdicts, readiness: () => 'failure' as const };
    expect(condition(computePodStatus(input({ pod: probed, verdicts })), 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [app]' });
    expect(condition(computePodStatus(input({ pod: podOf({ readinessGates: [{ conditionType: 'x/y' }] }) })), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
  });

  it('shows why a crashed container waits, and how it ended', () => {
    const reasons = new Map([['app', { reason: 'CrashLoopBackOff', message: 'back-off 10s' }]]);
    const status = computePodStatus(input({ runtime: runtimeOf([exited('app', 3, { attempt: 1 })]), reasons, messages: new Map([['app-0', 'last words']]) }));
    expect(status.phase).toBe('Running');
    expect(status.containerStatuses).toMatchObject([{
      restartCount: 1, ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'last words' } },
    }]);
  });

  it('says OOMKilled only of a container that ended by it', () => {
    const reason = (exitCode: number) => computePodStatus(input({ runtime: runtimeOf([exited('app', exitCode, { oomKilled: true })]) })).containerStatuses?.[0].state?.terminated?.reason;
    expect([reason(137), reason(0)]).toEqual(['OOMKilled', 'Completed']);
  });

  it.each([['Never', 0, 'Succeeded'], ['Never', 2, 'Failed'], ['OnFailure', 0, 'Succeeded'], ['OnFailure', 2, 'Running'], ['Always', 0, 'Running']] as const)(
    'with restartPolicy %s and exit code %d the phase is %s', (restartPolicy, exitCode, phase) => {
      expect(computePodStatus(input({ pod: podOf({ restartPolicy }), runtime: runtimeOf([exited('app', exitCode)]) })).phase).toBe(phase);
    },
  );

  it('waits with PodInitializing while init containers run', () => {
    const pod = podOf({ initContainers: [{ name: 'one', image: 'busybox' }] });
    const status = computePodStatus(input({ pod, runtime: runtimeOf([state('one')], [sandbox()]) }));
    expect(status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }], initContainerStatuses: [{ state: { running: {} } }] });
    expect(condition(status, 'Initialized')).toMatchObject({ status: 'False', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [one]' });
  });
});
