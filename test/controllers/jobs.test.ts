import { describe, expect, it } from 'vitest';
import type { CronJob, Job, Pod, StatefulSet } from '../../lib/api/types';
import { dueTimes } from '../../lib/controllers/job/cron-job';
import { nextTime, parseSchedule } from '../../lib/controllers/job/cron-schedule';
import { planJob } from '../../lib/controllers/job/plan';
import { formatIndexes, parseIndexes, TRACKING } from '../../lib/controllers/job/pods';
import { track } from '../../lib/controllers/job/track';
import { needsCurrentRevision, planStatefulSet } from '../../lib/controllers/stateful-set/plan';

const NOW = Date.UTC(2024, 0, 1, 12);

describe('a schedule', () => {
  const next = (text: string, from: string, timeZone?: string) => {
    const time = nextTime(parseSchedule(text), Date.parse(from), timeZone);
    return time === undefined ? undefined : new Date(time).toISOString();
  };
  it.each([
    ['*/15 * * * *', '2024-01-01T00:01:00Z', undefined, '2024-01-01T00:15:00.000Z'],
    ['0 3 * * *', '2024-01-01T03:00:00Z', undefined, '2024-01-02T03:00:00.000Z'],
    ['0 3 * * *', '2024-01-01T00:00:00Z', 'Asia/Tokyo', '2024-01-01T18:00:00.000Z'],
    ['30 9 * * mon-fri', '2024-01-05T10:00:00Z', undefined, '2024-01-08T09:30:00.000Z'],
    ['0 0 29 2 *', '2024-03-01T00:00:00Z', undefined, '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2024-01-01T00:00:00Z', undefined, '2024-01-05T00:00:00.000Z'], // either day is enough
    ['0 0 * * 7', '2024-01-01T00:00:00Z', undefined, '2024-01-07T00:00:00.000Z'],
    ['@hourly', '2024-01-01T00:59:59Z', undefined, '2024-01-01T01:00:00.000Z'],
    ['@every 90s', '2024-01-01T00:00:00Z', undefined, '2024-01-01T00:01:30.000Z'],
    ['0 0 30 2 *', '2024-01-01T00:00:00Z', undefined, undefined],
  ])('%s after %s', (text, from, timeZone, expected) => expect(next(text, from, timeZone)).toBe(expected));

  it('names what is wrong', () => {
    expect(() => parseSchedule('* * *')).toThrow('expected exactly 5 fields, found 3: * * *');
    expect(() => parseSchedule('61 * * * *')).toThrow('"61" is outside of 0-59');
  });

  it('starts the newest of the times that were missed', () => {
    const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c', creationTimestamp: '2024-01-01T08:30:00Z' }, spec: { schedule: '0 * * * *', jobTemplate: {} } } as CronJob;
    expect(dueTimes(cron, parseSchedule('0 * * * *'), NOW)).toEqual({ time: NOW, missed: 4, next: NOW + 3_600_000 });
  });
});

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

  it('writes indexes as ranges', () => {
    expect(formatIndexes([5, 1, 3, 4, 0])).toBe('0,1,3-5');
    expect(parseIndexes('0,1,3-5')).toEqual([0, 1, 3, 4, 5]);
  });
});

describe('a StatefulSet', () => {
  const base = { serviceName: 'db', selector: {}, template: {} };
  const set = (replicas: number, spec: object = {}) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { ...base, replicas, ...spec } }) as StatefulSet;
  const pod = (ordinal: number, revision = 'new', ready = true): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: `db-${ordinal}`, labels: { 'controller-revision-hash': revision } }, spec: { containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  const names = { current: 'old', update: 'new' };
  const plan = (s: StatefulSet, pods: Pod[]) => {
    const { create, remove } = planStatefulSet(s, pods, names, NOW);
    return { create, remove: remove.map(({ metadata }) => metadata.name) };
  };

  it.each([
    ['starts the first pod alone', set(3), [], { create: [0], remove: [] }],
    ['waits for a pod that is not ready', set(3), [pod(0, 'new', false)], { create: [], remove: [] }],
    ['starts all at once in parallel', set(3, { podManagementPolicy: 'Parallel' }), [pod(1)], { create: [0, 2], remove: [] }],
    ['removes the last one first', set(1), [pod(0), pod(1), pod(2)], { create: [], remove: ['db-2'] }],
    ['updates from the last', set(3), [pod(0, 'old'), pod(1, 'old'), pod(2, 'new')], { create: [], remove: ['db-1'] }],
    ['stops the update at the partition', set(3, { updateStrategy: { rollingUpdate: { partition: 2 } } }), [pod(0, 'old'), pod(1, 'old'), pod(2, 'new')], { create: [], remove: [] }],
    ['begins at its first ordinal', set(1, { ordinals: { start: 5 } }), [], { create: [5], remove: [] }],
  ] as const)('%s', (_name, s, pods, expected) => expect(plan(s, [...pods])).toEqual(expected));

  it('gives a pod that dies during an update the template it had', () => {
    expect(needsCurrentRevision(set(3), 0, [pod(1, 'old'), pod(2, 'new')], names)).toBe(true);
    expect(needsCurrentRevision(set(3), 2, [pod(0, 'old'), pod(1, 'old')], names)).toBe(false);
  });
});
