import { describe, expect, it } from 'vitest';
import { computePodActions } from '../../lib/kubelet/pod-actions';
import type { ProbeVerdicts } from '../../lib/kubelet/probes/probe-results';
import { exited, podOf, runtimeOf, sandbox, state } from './builders';

const healthy: ProbeVerdicts = { liveness: () => 'success', readiness: () => 'success', startup: () => 'success' };
const names = (start: readonly { container: { name: string } }[]) => start.map(({ container }) => container.name);

describe('computePodActions', () => {
  it('makes a sandbox and starts every container of a new pod', () => {
    const actions = computePodActions(podOf(), runtimeOf([], []), healthy);
    expect(actions).toMatchObject({ createSandbox: true, sandboxAttempt: 0 });
    expect(names(actions.start)).toEqual(['app']);
  });

  it('runs init containers one after the other, and the app after the last', () => {
    const pod = podOf({ initContainers: [{ name: 'one', image: 'busybox' }, { name: 'two', image: 'busybox' }] });
    expect(names(computePodActions(pod, runtimeOf([]), healthy).start)).toEqual(['one']);
    expect(names(computePodActions(pod, runtimeOf([state('one')]), healthy).start)).toEqual([]);
    expect(names(computePodActions(pod, runtimeOf([exited('one', 0)]), healthy).start)).toEqual(['two']);
    expect(names(computePodActions(pod, runtimeOf([exited('one', 0), exited('two', 0)]), healthy).start)).toEqual(['app']);
  });

  it('tries a failed init container again, and gives the pod up when nothing is restarted', () => {
    const initContainers = [{ name: 'one', image: 'busybox' }];
    expect(names(computePodActions(podOf({ initContainers }), runtimeOf([exited('one', 1)]), healthy).start)).toEqual(['one']);
    expect(computePodActions(podOf({ initContainers, restartPolicy: 'Never' }), runtimeOf([exited('one', 1)]), healthy)).toMatchObject({ killPod: true, start: [] });
  });

  describe('with sidecars', () => {
    const sidecar = (name: string, more: object = {}) => ({ name, image: 'busybox', restartPolicy: 'Always', ...more });
    const pod = podOf({ restartPolicy: 'Never', initContainers: [sidecar('side'), { name: 'once', image: 'busybox' }] });

    it('starts the next one as soon as the sidecar has started', () => {
      expect(names(computePodActions(pod, runtimeOf([]), healthy).start)).toEqual(['side']);
      expect(names(computePodActions(pod, runtimeOf([state('side')]), healthy).start)).toEqual(['once']);
      expect(names(computePodActions(pod, runtimeOf([state('side'), exited('once', 0)]), healthy).start)).toEqual(['app']);
    });

    it('waits for its startup probe', () => {
      const probed = podOf({ initContainers: [sidecar('side', { startupProbe: { tcpSocket: { port: 1 } } })] });
      expect(names(computePodActions(probed, runtimeOf([state('side')]), { ...healthy, startup: () => 'unknown' }).start)).toEqual([]);
      expect(computePodActions(probed, runtimeOf([state('side')]), { ...healthy, startup: () => 'failure' }).kill).toMatchObject([{ reason: 'startup', message: 'Init container side failed startup probe' }]);
    });

    it('starts a sidecar that ended again, before and after initialization, and no other', () => {
      expect(names(computePodActions(pod, runtimeOf([exited('side', 0), state('once')]), healthy).start)).toEqual(['side']);
      expect(names(computePodActions(pod, runtimeOf([exited('side', 1), exited('once', 0), state('app')]), healthy).start)).toEqual(['side']);
    });

    it('ends the pod when only sidecars are left', () => {
      expect(computePodActions(pod, runtimeOf([state('side'), exited('once', 0), exited('app', 0)]), healthy)).toMatchObject({ killPod: true, start: [] });
    });

    it('runs init containers again in a new sandbox', () => {
      const runtime = runtimeOf([exited('side', 0), exited('once', 0), state('side', { id: 'side-1', attempt: 1, sandboxId: 's2' })], [sandbox({ id: 's2', attempt: 1 }), sandbox({ ready: false })]);
      expect(names(computePodActions(pod, runtime, healthy).start)).toEqual(['once']);
    });
  });

  it('leaves a pod alone in which everything runs', () => {
    expect(computePodActions(podOf(), runtimeOf([state('app')]), healthy)).toMatchObject({ killPod: false, createSandbox: false, start: [], kill: [] });
  });

  it.each([
    ['Always', 0, ['app']], ['Always', 1, ['app']], ['OnFailure', 0, []], ['OnFailure', 1, ['app']], ['Never', 1, []],
  ] as const)('with restartPolicy %s after exit code %d starts %j', (restartPolicy, exitCode, expected) => {
    expect(names(computePodActions(podOf({ restartPolicy }), runtimeOf([exited('app', exitCode)]), healthy).start)).toEqual(expected);
  });

  it('replaces a container whose image was changed, also where nothing is restarted', () => {
    const pod = podOf({ restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:2' }] });
    expect(computePodActions(pod, runtimeOf([state('app')]), healthy)).toMatchObject({ killPod: false, kill: [{ message: 'Container app definition changed, will be restarted' }] });
  });

  it('kills a container whose liveness probe failed, to restart it', () => {
    const actions = computePodActions(podOf(), runtimeOf([state('app')]), { ...healthy, liveness: () => 'failure' });
    expect(actions.kill).toMatchObject([{ reason: 'liveness', message: 'Container app failed liveness probe, will be restarted' }]);
  });

  it('makes a new sandbox when the old one died, and everything anew in it', () => {
    const actions = computePodActions(podOf(), runtimeOf([exited('app', 137)], [sandbox({ ready: false, attempt: 2 })]), healthy);
    expect(actions).toMatchObject({ killPod: true, createSandbox: true, sandboxAttempt: 3 });
  });
});
