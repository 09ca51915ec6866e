import { describe, expect, it } from 'vitest';
import type { DaemonSet, Node, Pod } from '../../lib/api/types';
import { FakeClock } from '../../lib/base/fake-clock';
import { daemonPod, placement } from '../../lib/controllers/daemon-set/placement';
import { computeStatus, planDaemonSet } from '../../lib/controllers/daemon-set/plan';
import { FailureBackoff } from '../../lib/controllers/failure-backoff';

const NOW = Date.UTC(2024, 0, 1, 12);
const iso = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const set = (updateStrategy: object = {}, { template = {}, ...more }: { template?: object; minReadySeconds?: number } = {}) => ({
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'a', uid: 'set', generation: 7, annotations: { 'deprecated.daemonset.template.generation': '2' } },
  spec: { selector: {}, updateStrategy: { type: 'RollingUpdate', ...updateStrategy }, template: { spec: { containers: [], ...template } }, ...more },
}) as DaemonSet;
const node = (name: string, spec: object = {}, labels: object = {}) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec }) as Node;
const nodes = ['n1', 'n2', 'n3', 'n4'].map((name) => node(name));
interface PodState {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly deleting?: boolean;
  readonly age?: number;
  readonly readySince?: number;
}
const pod = (on: string, hash = 'new', { ready = true, phase = 'Running', deleting = false, age = 100, readySince = 100 }: PodState = {}): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: `${on}-${hash}-${age}`, uid: `${on}-${hash}-${age}`, namespace: 'a', creationTimestamp: iso(age), labels: { 'controller-revision-hash': hash }, ...(deleting && { deletionTimestamp: iso(0) }) },
  spec: { containers: [], nodeName: on }, status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: iso(readySince) }] },
});
const plan = (s: DaemonSet, pods: readonly Pod[], on: readonly Node[] = nodes) => {
  const { create, remove } = planDaemonSet(s, on, pods, { hash: 'new', now: NOW });
  return { create, remove: remove.map(({ metadata }) => metadata.name) };
};
const everywhere = (hash: string, state: PodState = {}) => nodes.map(({ metadata: { name = '' } }) => pod(name, hash, state));

describe('the pods of a DaemonSet', () => {
  it.each([
    ['one for every node that has none', set(), [pod('n1'), pod('n3')], { create: ['n2', 'n4'], remove: [] }],
    ['none beside one that is going', set(), [pod('n1', 'new', { deleting: true }), pod('n2'), pod('n3'), pod('n4')], { create: [], remove: [] }],
    ['a new one for one that has ended and is going', set(), [pod('n1', 'new', { deleting: true, phase: 'Failed' }), pod('n2'), pod('n3'), pod('n4')], { create: ['n1'], remove: [] }],
    ['not the younger of two', set(), [...everywhere('new'), pod('n2', 'new', { age: 50 })], { create: [], remove: ['n2-new-50'] }],
    ['not one that has ended', set(), [...everywhere('new').slice(1), pod('n1', 'new', { phase: 'Succeeded' })], { create: [], remove: ['n1-new-100'] }],
  ])('%s', (_what, s, pods, expected) => expect(plan(s, pods)).toEqual(expected));

  it('leave a node whose taint they do not tolerate, and stay where it only keeps new ones away', () => {
    const tainted = [node('n1', { taints: [{ key: 'x', effect: 'NoExecute' }] }), node('n2', { taints: [{ key: 'x', effect: 'NoSchedule' }] })];
    expect(plan(set(), [pod('n1'), pod('n2')], tainted)).toEqual({ create: [], remove: ['n1-new-100'] });
    expect(plan(set(), [], tainted)).toEqual({ create: [], remove: [] });
    expect(computeStatus(set(), tainted, [pod('n1'), pod('n2')], 'new', NOW)).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 2 });
  });

  it('run on nodes that are cordoned, under pressure or not ready', () => {
    const taints = ['unschedulable', 'disk-pressure', 'memory-pressure', 'pid-pressure'].map((key) => ({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' }));
    expect(placement(set(), node('n1', { taints: [...taints, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }))).toEqual({ shouldRun: true, mayStay: true });
    const unreachable = node('n1', { taints: [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }] });
    expect([placement(set(), unreachable).shouldRun, placement(set({}, { template: { hostNetwork: true } }), unreachable).shouldRun]).toEqual([false, true]);
  });

  it('run where selector and affinity of the template say', () => {
    const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }] };
    const s = set({}, { template: { nodeSelector: { zone: 'a' }, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } } });
    const fits = (labels: object) => placement(s, node('n', {}, labels)).shouldRun;
    expect([fits({ zone: 'a', disk: 'ssd' }), fits({ zone: 'a' }), fits({ disk: 'ssd' })]).toEqual([true, false, false]);
  });

  it('that wait for a node which is gone are deleted', () => {
    const { spec: _spec, ...made } = pod('gone');
    const waiting = { ...made, spec: daemonPod(set(), 'gone', 'new').spec as Pod['spec'] };
    expect(plan(set(), [...everywhere('new'), waiting]).remove).toEqual(['gone-new-100']);
  });

  it('are bound to their node, tolerate its troubles once, and carry their version', () => {
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' };
    const made = daemonPod(set({}, { template: { tolerations: [own, { operator: 'Exists', key: 'gpu' }] } }), 'n1', 'hash');
    expect(made.metadata.labels).toEqual({ 'controller-revision-hash': 'hash', 'pod-template-generation': '2' });
    expect(made.spec.affinity).toEqual({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }] } } });
    expect(made.spec.tolerations?.map(({ key, effect }) => `${key}:${effect ?? ''}`)).toEqual([
      'gpu:', 'node.kubernetes.io/not-ready:NoExecute', 'node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule', 'node.kubernetes.io/pid-pressure:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
  });
});

describe('the update of a DaemonSet', () => {
  const rolling = (rollingUpdate: object) => set({ rollingUpdate });

  it.each([
    ['replaces one at a time', rolling({ maxUnavailable: 1 }), everywhere('old'), { create: [], remove: ['n1-old-100'] }],
    ['replaces a share of them, rounded up', rolling({ maxUnavailable: '30%' }), everywhere('old'), { create: [], remove: ['n1-old-100', 'n2-old-100'] }],
    ['waits for the one that was replaced', rolling({ maxUnavailable: 1 }), [pod('n1', 'new', { ready: false }), ...everywhere('old').slice(1)], { create: [], remove: [] }],
    ['waits until it was ready long enough', set({ rollingUpdate: { maxUnavailable: 1 } }, { minReadySeconds: 30 }), [pod('n1', 'new', { readySince: 20 }), ...everywhere('old').slice(1)], { create: [], remove: [] }],
    ['goes on when it is', rolling({ maxUnavailable: 1 }), [pod('n1'), ...everywhere('old').slice(1)], { create: [], remove: ['n2-old-100'] }],
    ['replaces those at once that do not serve anyway', rolling({ maxUnavailable: 1 }), [pod('n1', 'old', { ready: false }), pod('n2', 'old', { ready: false }), pod('n3', 'old'), pod('n4')], { create: [], remove: ['n1-old-100', 'n2-old-100', 'n3-old-100'] }],
    ['leaves old pods to their owner', set({ type: 'OnDelete' }), everywhere('old'), { create: [], remove: [] }],
    ['starts new ones beside old ones', rolling({ maxSurge: 2, maxUnavailable: 0 }), everywhere('old'), { create: ['n1', 'n2'], remove: [] }],
    ['keeps the old one until the new one is available', rolling({ maxSurge: 1, maxUnavailable: 0 }), [...everywhere('old'), pod('n1', 'new', { ready: false, age: 5 })], { create: [], remove: [] }],
    ['then removes the old one', rolling({ maxSurge: 1, maxUnavailable: 0 }), [...everywhere('old'), pod('n1', 'new', { age: 5 })], { create: [], remove: ['n1-old-100'] }],
    ['replaces with surge at once what does not serve', rolling({ maxSurge: 1, maxUnavailable: 0 }), [pod('n1', 'old', { ready: false }), ...everywhere('old').slice(1)], { create: ['n1', 'n2'], remove: [] }],
  ])('%s', (_what, s, pods, expected) => expect(plan(s, pods)).toEqual(expected));

  it('counts a node by its oldest pod', () => {
    expect(computeStatus(rolling({ maxSurge: 1, maxUnavailable: 0 }), nodes, [...everywhere('old'), pod('n1', 'new', { age: 5 })], 'new', NOW)).toEqual({
      currentNumberScheduled: 4, desiredNumberScheduled: 4, numberMisscheduled: 0, numberReady: 4, numberAvailable: 4, numberUnavailable: undefined, updatedNumberScheduled: undefined,
      observedGeneration: 7, collisionCount: undefined,
    });
  });
});

it('lets what failed alone, longer after each failure', async () => {
  const clock = new FakeClock(NOW);
  const backoff = new FailureBackoff(clock, { initial: 1000, maximum: 4000 });
  expect(backoff.remaining('n1')).toBe(0);
  for (const wait of [1000, 2000, 4000, 4000]) {
    backoff.failed('n1');
    expect(backoff.remaining('n1')).toBe(wait);
    await clock.advance(wait);
    expect(backoff.remaining('n1')).toBe(0);
  }
  await clock.advance(8001);
  backoff.failed('n2'); // what is old is forgotten with the next failure of anything
  backoff.failed('n1');
  expect(backoff.remaining('n1')).toBe(1000);
});
