import { describe, expect, it } from 'vitest';
import { podProblem, unreadyContainer } from '../../lib/apply/diagnose/pod-problem';
import { podsOf } from '../../lib/apply/diagnose/pods-of';
import { lastWarnings } from '../../lib/apply/diagnose/root-cause';
import { hopeless, type Progress } from '../../lib/apply/wait-until-ready';

const pod = (containerStatus: object, more: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1' }, spec: {}, status: { containerStatuses: [{ name: 'web', image: 'nginx:9', restartCount: 0, ready: false, ...containerStatus }], ...more } }) as never;

describe('why a pod is not ready', () => {
  it('a missing image is named, and waiting does not help', () => {
    expect(podProblem(pod({ state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nginx:9"' } } }))).toMatchObject({ reason: 'ImagePullBackOff', message: 'Back-off pulling image "nginx:9"', outlook: 'fatal' });
  });

  it('a crash is patience at first and the program\'s answer after three restarts', () => {
    const crashed = (restartCount: number) => podProblem(pod({ restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 3, reason: 'Error' } } }));
    expect(crashed(1)).toMatchObject({ reason: 'CrashLoopBackOff', outlook: 'patience', previous: true });
    expect(crashed(3)).toMatchObject({ message: 'exit code 3, 3 restarts', outlook: 'fatal', hasLog: true });
  });

  it('out of memory is said as such', () => {
    expect(podProblem(pod({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }))).toMatchObject({ reason: 'OOMKilled', message: expect.stringContaining('resources.limits.memory') });
  });

  it('no node takes it: the scheduler\'s own words', () => {
    const unscheduled = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: {}, status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' }] } };
    expect(podProblem(unscheduled as never)).toMatchObject({ reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' });
  });

  it.each([
    ['no node takes it', { message: '0/1 nodes are available: 1 Insufficient cpu.' }, {}, 'unplaced'],
    ['its volume is being made', { message: 'pod has unbound immediate PersistentVolumeClaims' }, {}, 'patience'],
    ['another pod is removed for it', { message: '0/1 nodes are available' }, { nominatedNodeName: 'a' }, 'patience'],
    ['it is gated', { reason: 'SchedulingGated' }, {}, 'patience'],
  ])('%s: how long it is waited for', (_what, condition, status, outlook) => {
    const waiting = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: {}, status: { ...status, conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', ...condition }] } };
    expect(podProblem(waiting as never)).toMatchObject({ outlook });
  });

  it('one that runs and is not ready is none, and the reason when time is up', () => {
    const running = (probes: object, more: object = {}) => ({ ...(pod({ state: { running: {} }, ...more }) as object), spec: { containers: [{ name: 'web', ...probes }] } }) as never;
    expect(podProblem(running({}))).toBeUndefined();
    expect(unreadyContainer(running({ readinessProbe: {} }))).toMatchObject({ reason: 'NotReady', message: 'its readiness probe does not succeed', hasLog: true });
    expect(unreadyContainer(running({ readinessProbe: {}, startupProbe: {} }, { started: false }))).toMatchObject({ message: 'its startup probe has not succeeded' });
    expect(unreadyContainer(running({}, { ready: true }))).toBeUndefined();
  });

  it('a pod that is just starting, or ready again after a restart, has none', () => {
    expect(podProblem(pod({ state: { waiting: { reason: 'ContainerCreating' } } }))).toBeUndefined();
    expect(podProblem(pod({ ready: true, restartCount: 2, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } }))).toBeUndefined();
  });
});

describe('how long waiting has a sense', () => {
  const progress = (outlook: string): readonly Progress[] => [{ kind: 'Deployment', name: 'web', process: 'web', done: false, successful: false, message: '0/1', problem: { pod: 'web-1', reason: 'x', message: '', outlook, hasLog: false, previous: false } as never }];

  it('not at all when it is fatal, ten seconds when something is missing that may come, as long as it takes otherwise', () => {
    const since = new Map<string, number>();
    expect(hopeless(progress('fatal'), since, 0)).toBe(0);
    expect(hopeless(progress('patience'), since, 0)).toBe(Infinity);
    expect(hopeless(progress('suspicious'), since, 1000)).toBe(10_000);
    expect(hopeless(progress('suspicious'), since, 11_000)).toBe(0);
  });

  it('half a minute without a node, and on when one is being made', () => {
    expect(hopeless(progress('unplaced'), new Map(), 0)).toBe(30_000);
    expect(hopeless(progress('unplaced'), new Map(), 0, new Set(['web-1']))).toBe(Infinity);
  });

  it('ten seconds while a controller cannot make pods, beginning anew with each that it could make', () => {
    const stuck = (message: string): readonly Progress[] => [{ kind: 'Deployment', name: 'web', process: 'web', done: false, successful: false, message, isStuck: true }];
    const since = new Map<string, number>();
    expect(hopeless(stuck('0/2, pods "web-1" is forbidden'), since, 0)).toBe(10_000);
    expect(hopeless(stuck('0/2, pods "web-2" is forbidden'), since, 6_000)).toBe(4_000);
    expect(hopeless(stuck('1/2, pods "web-3" is forbidden'), since, 9_000)).toBe(10_000);
  });
});

it('of a Deployment only the pods of its newest ReplicaSet count', () => {
  const owned = (uid: string) => [{ kind: 'x', apiVersion: 'y', name: 'z', uid, controller: true }];
  const set = (uid: string, revision: string) => ({ metadata: { uid, annotations: { 'deployment.kubernetes.io/revision': revision }, ownerReferences: owned('d') } });
  const inSet = (name: string, uid: string) => ({ metadata: { name, labels: { app: 'web' }, ownerReferences: owned(uid) } });
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { uid: 'd' }, spec: { selector: { matchLabels: { app: 'web' } } } };
  const found = podsOf(deployment as never, [inSet('old', 'one'), inSet('new', 'two')] as never, [set('one', '9'), set('two', '10')] as never);
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['new']);
});

it('of the events the latest warning of each reason is shown', () => {
  const event = (reason: string, message: string, lastTimestamp: string, type = 'Warning') => ({ reason, message, lastTimestamp, type, metadata: {} });
  expect(lastWarnings([event('Failed', 'new', '2026-01-02T00:00:00Z'), event('Failed', 'old', '2026-01-01T00:00:00Z'), event('Pulled', 'fine', '2026-01-03T00:00:00Z', 'Normal')] as never)).toEqual(['Failed: new']);
});
