import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../lib/api/types';
import { rolloutStatus } from '../../lib/controllers/deployment/deployment-status';
import { scaleProportionally } from '../../lib/controllers/deployment/proportional-scaling';
import { splitReplicaSets } from '../../lib/controllers/deployment/replica-sets';
import { currentSetAnnotations, expiredSets } from '../../lib/controllers/deployment/revisions';
import { currentSetSize, shrinkOldSets } from '../../lib/controllers/deployment/rolling-update';
import { templateHash } from '../../lib/controllers/deployment/template-hash';

const NOW = Date.UTC(2024, 0, 1, 12);

function deployment(replicas: number, spec: Partial<Deployment['spec']> = {}, status: Deployment['status'] = {}): Deployment {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:2' }] } };
  const metadata = { name: 'web', namespace: 'shop', generation: 2 };
  const whole = { replicas, selector: { matchLabels: { app: 'web' } }, template, progressDeadlineSeconds: 600, ...spec };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: whole, status };
}

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });

interface SetTraits { available?: number; annotations?: Record<string, string>; age?: number }

function set(name: string, replicas: number, { available = replicas, annotations = {}, age = 0 }: SetTraits = {}): ReplicaSet {
  return {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: { name, namespace: 'shop', uid: name, annotations, creationTimestamp: new Date(NOW - age * 1000).toISOString() },
    spec: { replicas, selector: { matchLabels: { app: 'web' } } },
    status: { replicas, availableReplicas: available, readyReplicas: available },
  };
}

describe('rolling update', () => {
  const cases = [
    { name: 'starts the new set with the surge', d: deployment(4, rolling(1, 0)), current: 0, old: [4], size: 1 },
    { name: 'starts all at once where nothing ran', d: deployment(4, rolling(1, 0)), current: 0, old: [], size: 4 },
    { name: 'rounds a surge up', d: deployment(10, rolling('25%', '25%')), current: 0, old: [10], size: 3 },
    { name: 'does not grow without room', d: deployment(4, rolling(1, 0)), current: 1, old: [4], size: 1 },
    { name: 'shrinks a set that is too large', d: deployment(2, rolling(1, 0)), current: 5, old: [], size: 2 },
  ];
  it.each(cases)('$name', ({ d, current, old, size }) => {
    expect(currentSetSize(d, { current: current > 0 ? set('new', current) : undefined, old: old.map((n, i) => set(`old${i}`, n)) })).toBe(size);
  });

  it('takes as many old pods away as the availability allows', () => {
    const sets = { current: set('new', 3), old: [set('old', 4)] };
    expect(shrinkOldSets(deployment(4, rolling(1, '25%')), sets).map(({ replicas }) => replicas)).toEqual([0]);
    expect(shrinkOldSets(deployment(4, rolling(1, 0)), { current: set('new', 1), old: [set('old', 4)] }).map(({ replicas }) => replicas)).toEqual([3]);
  });

  it('takes nothing away while the new pods are not available', () => {
    expect(shrinkOldSets(deployment(4, rolling(1, 0)), { current: set('new', 1, { available: 0 }), old: [set('old', 4)] })).toEqual([]);
  });

  it('removes pods that are not available first: a broken version makes room for its repair', () => {
    const sets = { current: set('new', 1, { available: 0 }), old: [set('good', 3, { age: 20 }), set('broken', 2, { available: 0, age: 10 })] };
    expect(shrinkOldSets(deployment(4, rolling(2, 1)), sets).map(({ set: { metadata }, replicas }) => [metadata.name, replicas])).toEqual([['broken', 0]]);
  });
});

it('scales in proportion in the middle of a rollout', () => {
  const annotations = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' };
  const sets = { current: set('new', 5, { annotations }), old: [set('old', 8, { annotations, age: 10 })] };
  const sizes = scaleProportionally(deployment(20, rolling(3, 2)), sets).map(({ set: { metadata }, replicas }) => [metadata.name, replicas]);
  expect(sizes).toEqual([['old', 14], ['new', 9]]);
});

it('gives one template one name, whatever the order of its fields', () => {
  const a = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  const b = { spec: { containers: [{ image: 'web:1', name: 'web' }] }, metadata: { labels: { b: '2', a: '1' }, creationTimestamp: null as never } };
  expect(templateHash(a)).toBe(templateHash(b));
  expect(templateHash(a)).not.toBe(templateHash(a, 1));
  expect(templateHash(a)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/);
});

it('finds the set of a template that was used before, and gives it the next revision', () => {
  const d = deployment(2);
  const first = { ...set('first', 0, { annotations: { 'deployment.kubernetes.io/revision': '1' }, age: 10 }), spec: { selector: {}, template: { ...d.spec.template, metadata: { labels: { 'app': 'web', 'pod-template-hash': 'x' } } } } };
  const second = set('second', 2, { annotations: { 'deployment.kubernetes.io/revision': '2' } });
  const sets = splitReplicaSets(d, [second, first]);
  expect(sets.current?.metadata.name).toBe('first');
  expect(currentSetAnnotations(d, sets.current, sets.old)).toMatchObject({ 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' });
});

it('keeps as many finished sets as the history limit says, the newest', () => {
  const old = [1, 2, 3].map((revision) => ({ ...set(`r${revision}`, 0, { annotations: { 'deployment.kubernetes.io/revision': String(revision) } }), status: { replicas: 0, observedGeneration: 1 } }));
  expect(expiredSets(deployment(1, { revisionHistoryLimit: 1 }), old).map(({ metadata }) => metadata.name)).toEqual(['r1', 'r2']);
});

describe('status', () => {
  const progressing = (status: string, reason: string, at: number) => ({ conditions: [{ type: 'Progressing', status, reason, message: '', lastUpdateTime: new Date(at).toISOString(), lastTransitionTime: new Date(at).toISOString() }] });

  it('says that a rollout is complete, with upstream’s words', () => {
    const { conditions } = rolloutStatus(deployment(2, {}, progressing('True', 'ReplicaSetUpdated', NOW)), { current: set('web-1', 2), old: [] }, NOW);
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Progressing', reason: 'NewReplicaSetAvailable', message: 'ReplicaSet "web-1" has successfully progressed.' }));
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }));
  });

  it('gives up after the deadline without progress', () => {
    const before = { ...progressing('True', 'ReplicaSetUpdated', NOW - 601_000), replicas: 2, updatedReplicas: 2 };
    const { conditions } = rolloutStatus(deployment(2, {}, before), { current: set('web-1', 2, { available: 0 }), old: [] }, NOW);
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "web-1" has timed out progressing.' }));
  });
});
