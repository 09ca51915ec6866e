import { describe, expect, it } from 'vitest';
import type { Job, Pod } from '../../lib/api/types';
import { planJob } from '../../lib/controllers/job/plan';
import { formatIndexes, parseIndexes, TRACKING } from '../../lib/controllers/job/pods';
import { track } from '../../lib/controllers/job/track';

const NOW = Date.UTC(2024, 0, 1, 12);

describe('a Job', () => {
  const job = (spec: Partial<Job['spec']> = {}, status: Job['status'] = {}): Job => ({
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j', namespace: 'a', uid: 'j' }, spec: { completions: 2, parallelism: 2, template: { spec: { restartPolicy: 'Never', containers: [] } }, ...spec }, status,
  });
  const pod = (uid: string, phase: string, { tracked = true, exitCode = 1 } = {}): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: uid, uid, namespace: 'a', finalizers: tracked ? [TRACKING] : [], creationTimestamp: new Date(NOW - 60_000).toISOString() }, spec: { containers: [] },
    status: { phase, containerStatuses: [{ name: 'c', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode, finishedAt: new Date(NOW - 5000).toISOString() } } }] },
  });

  it('writes an end down before it lets the pod go, and counts it once after that', () => {
    const first = track(job(), [pod('p', 'Succeeded')]);
    expect(first).toMatchObject({ succeeded: 0, uncountedTerminatedPods: { succeeded: ['p'] } });
    const status = { uncountedTerminatedPods: { succeeded: ['p'] } };
    expect(track(job({}, status), [pod('p', 'Succeeded')])).toMatchObject({ succeeded: 0, uncountedTerminatedPods: { succeeded: ['p'] } });
    expect(track(job({}, status), [pod('p', 'Succeeded', { tracked: false })])).toMatchObject({ succeeded: 1, uncountedTerminatedPods: {} });
    expect(track(job({}, { succeeded: 1 }), [pod('p', 'Succeeded', { tracked: false })])).toMatchObject({ succeeded: 1 });
  });

  it('waits longer after every failure before it tries again', () => {
    const pods = [pod('a', 'Failed'), pod('b', 'Failed')];
    expect(planJob(job(), pods, track(job(), pods), NOW)).toEqual({ create: [], remove: [], again: NOW + 15_000 });
    expect(planJob(job(), pods, track(job(), pods), NOW + 15_001).create).toHaveLength(2);
  });

  it('fails at once where the policy says so', () => {
    const policy = { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } };
    const pods = [pod('a', 'Failed', { exitCode: 42 })];
    expect(planJob(job(policy), pods, track(job(policy), pods), NOW).finished).toMatchObject({ type: 'Failed', reason: 'PodFailurePolicy', message: 'Container c for pod a/a failed with exit code 42 matching FailJob rule at index 0' });
  });

  const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);
  const active = (uid: string, index?: number, more: object = {}): Pod => {
    const { status: _status, ...made } = pod(uid, 'Running');
    return { ...made, metadata: { ...made.metadata, ...more, ...(index !== undefined && { annotations: { 'batch.kubernetes.io/job-completion-index': String(index) } }) }, status: { phase: 'Running' } };
  };
  const plan = (j: Job, pods: Pod[], now = NOW) => planJob(j, pods, track(j, pods), now);

  it('takes running pods into account when it has failed, and does not wait for their end', () => {
    const pods = [active('a'), active('b')];
    const late = job({ activeDeadlineSeconds: 10 }, { startTime: new Date(NOW - 10_000).toISOString() });
    expect(plan(late, pods).finished).toEqual({ type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' });
    expect(track(late, pods, true)).toMatchObject({ release: pods, uncountedTerminatedPods: { failed: ['a', 'b'] } });
  });

  it('counts the restarts of containers where the kubelet restarts them, also of init containers', () => {
    const j = job({ backoffLimit: 3, template: { spec: { restartPolicy: 'OnFailure', containers: [] } } });
    const restarted = (containers: number, init: number): Pod => ({
      ...active('a'), status: { phase: 'Running', containerStatuses: [{ name: 'c', restartCount: containers }], initContainerStatuses: [{ name: 'i', restartCount: init }] } as Pod['status'],
    });
    expect(plan(j, [restarted(1, 1)]).finished).toBeUndefined();
    expect(plan(j, [restarted(1, 2)]).finished).toMatchObject({ reason: 'BackoffLimitExceeded' });
  });

  it.each([
    ['an index that two pods have', job({ completionMode: 'Indexed' }), [active('a', 0), active('b', 0), active('c', 1)], ['b']],
    ['an index beyond the completions', job({ completionMode: 'Indexed', completions: 1, parallelism: 1 }), [active('a', 0), active('b', 1)], ['b']],
    ['more pods than parallelism allows', job({ parallelism: 1 }), [active('a'), active('b')], ['a']],
    ['pods of a suspended job', job({ suspend: true }), [active('a'), active('b')], ['a', 'b']],
  ] as const)('takes away %s', (_what, j, pods, removed) => expect(names(plan(j, [...pods]).remove as Pod[])).toEqual(removed));

  it('replaces a deleted pod at once, but with a failure policy only when it is known how it ended', () => {
    const deleted = active('a', undefined, { deletionTimestamp: new Date(NOW).toISOString(), creationTimestamp: new Date(NOW - 3_600_000).toISOString() });
    expect(plan(job(), [deleted], NOW).create).toHaveLength(2);
    expect(plan(job({ podFailurePolicy: { rules: [] } }), [deleted]).create).toHaveLength(1);
  });

  it.each([
    ['Ignore', [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }], {}],
    ['Count', [{ action: 'Count', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }, { action: 'Ignore', onExitCodes: { operator: 'NotIn', values: [3] } }], { failed: ['a'] }],
    ['the next rule', [{ action: 'Ignore', onExitCodes: { containerName: 'other', operator: 'In', values: [1] } }], { failed: ['a'] }],
  ])('counts a failed pod as %s says', (_action, rules, expected) => {
    const { status, ...made } = pod('a', 'Failed');
    const failed = { ...made, status: { ...status, conditions: [{ type: 'DisruptionTarget', status: 'True' }] } };
    expect(track(job({ podFailurePolicy: { rules } }), [failed]).uncountedTerminatedPods).toEqual(expected);
  });

  it('forgets indexes that are not wanted any more', () => {
    const j = job({ completionMode: 'Indexed', completions: 2 }, { completedIndexes: '0,3-5' });
    expect(track(j, [])).toMatchObject({ succeeded: 1, completedIndexes: '0' });
  });

  it('writes indexes as ranges', () => {
    expect(formatIndexes([5, 1, 3, 4, 0])).toBe('0,1,3-5');
    expect(parseIndexes('0,1,3-5')).toEqual([0, 1, 3, 4, 5]);
  });
});
