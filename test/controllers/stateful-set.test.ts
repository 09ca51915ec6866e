import { describe, expect, it } from 'vitest';
import type { Pod, StatefulSet } from '../../lib/api/types';
import { isClaimOf, tryClaimOwners } from '../../lib/controllers/stateful-set/claims';
import { computeStatus, needsCurrentRevision, planStatefulSet } from '../../lib/controllers/stateful-set/plan';

const NOW = Date.UTC(2024, 0, 1, 12);

describe('a StatefulSet', () => {
  const base = { serviceName: 'db', selector: {}, template: {} };
  const set = (replicas: number, spec: object = {}) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { ...base, replicas, ...spec } }) as StatefulSet;
  const pod = (ordinal: number, revision = 'new', ready = true, { readySince = 0, phase = 'Running', deleting = false } = {}): Pod => ({
    apiVersion: 'v1', kind: 'Pod', spec: { containers: [] },
    metadata: { name: `db-${ordinal}`, uid: `uid-${ordinal}`, labels: { 'controller-revision-hash': revision }, ...(deleting && { deletionTimestamp: new Date(NOW).toISOString() }) },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: new Date(readySince).toISOString() }] },
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
    ['waits until a pod was ready long enough', set(2, { minReadySeconds: 30 }), [pod(0, 'new', true, { readySince: NOW - 10_000 })], { create: [], remove: [] }],
    ['goes on when it was', set(2, { minReadySeconds: 30 }), [pod(0, 'new', true, { readySince: NOW - 30_000 })], { create: [1], remove: [] }],
    ['removes the last one although it is not ready', set(1), [pod(0), pod(1), pod(2, 'new', false)], { create: [], remove: ['db-2'] }],
    ['removes a lower one that is not ready last', set(1), [pod(0), pod(1, 'new', false), pod(2)], { create: [], remove: ['db-2'] }],
    ['does not remove beside one that is not ready and stays', set(1), [pod(0, 'new', false), pod(1), pod(2)], { create: [], remove: [] }],
    ['waits for the end of a pod', set(1), [pod(0), pod(1), pod(2, 'new', true, { deleting: true })], { create: [], remove: [] }],
    ['removes all at once in parallel', set(1, { podManagementPolicy: 'Parallel' }), [pod(0, 'new', false), pod(1), pod(2)], { create: [], remove: ['db-2', 'db-1'] }],
    ['moves to other ordinals, the highest first to go', set(2, { ordinals: { start: 2 } }), [pod(0), pod(1), pod(2), pod(3)], { create: [], remove: ['db-1'] }],
    ['replaces a pod that has ended', set(2), [pod(0, 'new', false, { phase: 'Failed' }), pod(1)], { create: [], remove: ['db-0'] }],
    ['waits in an update for the pod that was replaced last', set(3), [pod(0, 'old'), pod(1, 'old'), pod(2, 'new', false)], { create: [], remove: [] }],
    ['leaves old pods to their owner', set(2, { updateStrategy: { type: 'OnDelete' } }), [pod(0, 'old'), pod(1, 'old')], { create: [], remove: [] }],
    ['keeps a broken pod when the template goes back: somebody has to delete it', set(2), [pod(0), pod(1, 'broken', false)], { create: [], remove: [] }],
    ['begins at its first ordinal', set(1, { ordinals: { start: 5 } }), [], { create: [5], remove: [] }],
  ] as const)('%s', (_name, s, pods, expected) => expect(plan(s, [...pods])).toEqual(expected));

  it('gives a pod that dies during an update the template it had', () => {
    expect(needsCurrentRevision(set(3), 0, [pod(1, 'old'), pod(2, 'new')], names)).toBe(true);
    expect(needsCurrentRevision(set(3), 2, [pod(0, 'old'), pod(1, 'old')], names)).toBe(false);
  });

  it.each([
    ['all new', [pod(0), pod(1)], { replicas: 2, readyReplicas: 2, availableReplicas: 2, currentReplicas: 2, updatedReplicas: 2, currentRevision: 'new', updateRevision: 'new' }],
    ['in the middle', [pod(0, 'old'), pod(1)], { replicas: 2, readyReplicas: 2, currentReplicas: 1, updatedReplicas: 1, currentRevision: 'old', updateRevision: 'new' }],
    ['the last one not ready', [pod(0), pod(1, 'new', false)], { readyReplicas: 1, updatedReplicas: 2, currentReplicas: undefined, currentRevision: 'old' }],
    ['one on its way out', [pod(0), pod(1, 'old', true, { deleting: true })], { replicas: 2, readyReplicas: 2, updatedReplicas: 1, currentReplicas: undefined, currentRevision: 'old' }],
  ])('counts its pods: %s', (_what, pods, expected) => expect(computeStatus(set(2), pods, names, NOW)).toMatchObject(expected));
});

describe('the claims of a StatefulSet', () => {
  const templates = [{ metadata: { name: 'data' } }];
  const set = (whenDeleted: string, whenScaled: string) => ({
    apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', uid: 'set' },
    spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: {}, replicas: 1, volumeClaimTemplates: templates, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } },
  }) as StatefulSet;
  const pod = (ordinal: number): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `db-${ordinal}`, uid: `pod-${ordinal}` }, spec: { containers: [] } });
  const claim = (...owners: string[]) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-db-0', ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid })) }, spec: {} });
  const owners = (s: StatefulSet, ordinal: number, ...before: string[]) => tryClaimOwners(s, pod(ordinal), claim(...before))?.map(({ uid }) => uid);

  it.each([
    ['Retain', 'Retain', 0, ['set', 'other'], ['other']],
    ['Retain', 'Retain', 1, ['pod-1'], []],
    ['Delete', 'Retain', 0, [], ['set']],
    ['Delete', 'Retain', 1, ['pod-1'], ['set']],
    ['Retain', 'Delete', 0, ['pod-0'], []],
    ['Retain', 'Delete', 1, [], ['pod-1']],
    ['Delete', 'Delete', 0, ['pod-0'], ['set']],
    ['Delete', 'Delete', 1, ['set'], ['pod-1']],
    ['Delete', 'Delete', 1, ['pod-1'], undefined],
  ])('whenDeleted: %s, whenScaled: %s, pod %i', (whenDeleted, whenScaled, ordinal, before, after) => expect(owners(set(whenDeleted, whenScaled), ordinal, ...before)).toEqual(after));

  it('are told by their names', () => {
    const own = (name: string) => isClaimOf(set('Retain', 'Retain'), name);
    expect([own('data-db-0'), own('data-db-12'), own('data-db-x'), own('data-dbs-0'), own('data-db-0-1')]).toEqual([true, true, false, false, false]);
  });
});
