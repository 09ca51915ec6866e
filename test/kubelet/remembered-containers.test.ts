import { describe, expect, it } from 'vitest';
import type { ProbeVerdicts } from '../../lib/kubelet/probes/probe-results';
import { computePodStatus } from '../../lib/kubelet/status/pod-status';
import { withRemembered } from '../../lib/kubelet/remembered-containers';
import { podOf, runtimeOf, state } from './builders';

const ended = { exitCode: 3, reason: 'Error', message: 'last words', startedAt: '2024-01-01T00:00:00Z', finishedAt: '2024-01-01T00:00:05Z', containerID: 'docker://old' };
const status = (more: object) => ({ name: 'app', image: 'busybox', imageID: 'docker://sha256:1', ready: false, restartCount: 2, containerID: 'docker://old', ...more });
const podWith = (...containerStatuses: object[]) => ({ ...podOf({ restartPolicy: 'Never' }), status: { containerStatuses: containerStatuses as never } });
const verdicts: ProbeVerdicts = { liveness: () => 'success', readiness: () => 'success', startup: () => 'success' };

describe('withRemembered', () => {
  it('adds what has ended and was removed, as it was shown', () => {
    const pod = podWith(status({ state: { terminated: ended } }));
    const runtime = withRemembered(pod, runtimeOf([]));
    expect(runtime.containers).toMatchObject([{ id: 'old', attempt: 2, state: 'exited', exitCode: 3 }]);
    const { containerStatuses, phase } = computePodStatus({ pod, runtime, verdicts, reasons: new Map(), messages: new Map(), nodeAddress: '', now: 0, terminal: false });
    expect(phase).toBe('Failed');
    expect(containerStatuses).toMatchObject([{ restartCount: 2, state: { terminated: ended } }]);
  });

  it('adds what waited for its next start', () => {
    const pod = podWith(status({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: ended } }));
    expect(withRemembered(pod, runtimeOf([])).containers).toMatchObject([{ state: 'exited', exitCode: 3, attempt: 2 }]);
  });

  it('says that nobody knows how a container ended that was running', () => {
    const pod = podWith(status({ state: { running: { startedAt: '2024-01-01T00:00:00Z' } } }));
    const runtime = withRemembered(pod, runtimeOf([]));
    const { containerStatuses } = computePodStatus({ pod, runtime, verdicts, reasons: new Map(), messages: new Map(), nodeAddress: '', now: 0, terminal: false });
    expect(containerStatuses).toMatchObject([{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }]);
  });

  it('starts from nothing where not even a sandbox is left', () => {
    const pod = podWith(status({ state: { running: {} } }));
    expect(withRemembered(pod, runtimeOf([], [])).containers).toEqual([]);
  });

  it('leaves alone what the engine has, or has newer', () => {
    const pod = podWith(status({ state: { terminated: ended } }));
    const runtime = runtimeOf([state('app', { id: 'new', attempt: 3 })]);
    expect(withRemembered(pod, runtime)).toBe(runtime);
  });
});
