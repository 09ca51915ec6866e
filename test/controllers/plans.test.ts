import { describe, expect, it } from 'vitest';
import type { KubeObject, PersistentVolume, PersistentVolumeClaim, Pod, PodDisruptionBudget, Service, StorageClass } from '../../lib/api/types';
import { computeBudget } from '../../lib/controllers/disruption-budget/disruption-budget';
import { DependencyGraph } from '../../lib/controllers/garbage-collector/dependency-graph';
import { decide } from '../../lib/controllers/garbage-collector/examine';
import { computeTaints, silentConditions } from '../../lib/controllers/nodes/conditions';
import { nextCidr } from '../../lib/controllers/nodes/node-ipam';
import { planClaim } from '../../lib/controllers/persistent-volumes/claim';
import { phaseOf } from '../../lib/controllers/persistent-volumes/volume';
import { assignAddress } from '../../lib/controllers/service-load-balancer';

const NOW = Date.UTC(2024, 0, 1);

describe('garbage collection', () => {
  const object = (owners: string[], finalizers: string[] = []): KubeObject => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'p', namespace: 'a', finalizers, ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'X', name: uid, uid, blockOwnerDeletion: true })) },
  });
  const state = (states: Record<string, 'exists' | 'gone' | 'waits-for-dependents'>) => ({ uid }: { readonly uid: string }) => states[uid];

  it.each([
    { name: 'keeps what has an owner', verdict: decide(object(['a']), state({ a: 'exists' }), false), action: { action: 'keep' } },
    { name: 'keeps what never had one', verdict: decide(object([]), state({}), false), action: { action: 'keep' } },
    { name: 'strikes off lost owners while one exists', verdict: decide(object(['a', 'b']), state({ a: 'exists', b: 'gone' }), false), action: { action: 'drop-owners', uids: ['b'] } },
    { name: 'deletes what has lost all', verdict: decide(object(['a', 'b']), state({ a: 'gone', b: 'gone' }), false), action: { action: 'delete', propagationPolicy: 'Background' } },
    { name: 'deletes in the foreground below an owner that waits', verdict: decide(object(['a']), state({ a: 'waits-for-dependents' }), true), action: { action: 'delete', propagationPolicy: 'Foreground' } },
    { name: 'keeps the policy a finalizer asks for', verdict: decide(object(['a'], ['orphan']), state({ a: 'gone' }), true), action: { action: 'delete', propagationPolicy: 'Orphan' } },
  ])('$name', ({ verdict, action }) => expect(verdict).toEqual(action));

  it('looks at dependents when their owner goes, and at an owner it has only heard of', () => {
    const graph = new DependencyGraph();
    const dependent = object(['owner']);
    expect(graph.apply({ type: 'added', object: dependent }).examine).toEqual(['p', 'owner']);
    graph.apply({ type: 'added', object: { apiVersion: 'v1', kind: 'X', metadata: { name: 'owner', uid: 'owner' } } });
    expect(graph.apply({ type: 'deleted', object: { apiVersion: 'v1', kind: 'X', metadata: { name: 'owner', uid: 'owner' } } }).examine).toEqual(['p']);
  });

  it('looks at all dependents when a foreground deletion begins, and at the owner when the last one is gone', () => {
    const graph = new DependencyGraph();
    const owner = (metadata: object): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'owner', uid: 'owner', ...metadata } });
    graph.apply({ type: 'added', object: owner({}) });
    graph.apply({ type: 'added', object: object(['owner']) });
    const deleting = owner({ deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] });
    expect(graph.apply({ type: 'modified', object: deleting, old: owner({}) }).examine).toEqual(['owner', 'p']);
    expect(graph.apply({ type: 'deleted', object: object(['owner']) }).examine).toEqual(['owner']);
  });
});

describe('volumes', () => {
  const claim = (spec: Partial<PersistentVolumeClaim['spec']> = {}, metadata: object = {}): PersistentVolumeClaim => ({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop', uid: 'claim', ...metadata },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'standard', ...spec },
  });
  const volume = (name: string, storage: string, spec: Partial<PersistentVolume['spec']> = {}): PersistentVolume => ({
    apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, uid: name }, status: { phase: 'Available' },
    spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], storageClassName: 'standard', ...spec },
  });
  const standard: StorageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'twelve.dev/local' };
  const waiting: StorageClass = { ...standard, volumeBindingMode: 'WaitForFirstConsumer' };
  const anywhere = () => true;

  it('binds the smallest volume that is large enough', () => {
    const plan = planClaim(claim(), [volume('big', '10Gi'), volume('small', '2Gi'), volume('tiny', '1Mi'), volume('other', '1Gi', { storageClassName: 'fast' })], [standard], anywhere);
    expect(plan).toMatchObject({ action: 'bind', volume: { metadata: { name: 'small' } } });
  });

  it('waits for the first consumer, then makes a volume', () => {
    expect(planClaim(claim(), [], [waiting], anywhere)).toMatchObject({ action: 'wait', reason: 'WaitForFirstConsumer' });
    expect(planClaim(claim({}, { annotations: { 'volume.kubernetes.io/selected-node': 'node1' } }), [], [waiting], anywhere)).toMatchObject({ action: 'provision' });
  });

  it('says why it stays pending', () => {
    expect(planClaim(claim({ storageClassName: '' }), [], [], anywhere)).toMatchObject({ reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' });
    expect(planClaim(claim({ storageClassName: 'fast' }), [], [], anywhere)).toMatchObject({ reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "fast" not found' });
  });

  it('gives a claim without a class the default one', () => {
    expect(planClaim(claim({ storageClassName: undefined }), [], [standard], anywhere)).toMatchObject({ action: 'use-class' });
  });

  it('is lost when its volume is gone', () => {
    const bound = claim({ volumeName: 'v' }, { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } });
    expect(planClaim(bound, [], [standard], anywhere)).toMatchObject({ action: 'lost', reason: 'ClaimLost' });
  });

  it('releases a volume when its claim is gone or another one of the same name', () => {
    const bound = volume('v', '1Gi', { claimRef: { namespace: 'shop', name: 'data', uid: 'claim' } });
    expect(phaseOf(bound, claim({ volumeName: 'v' }))).toBe('Bound');
    expect(phaseOf(bound, undefined)).toBe('Released');
    expect(phaseOf(bound, claim({ volumeName: 'v' }, { uid: 'next' }))).toBe('Released');
    expect(phaseOf(volume('v', '1Gi'), undefined)).toBe('Available');
  });
});

describe('nodes', () => {
  const node = (conditions: [string, string][], spec: object = {}) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec, status: { conditions: conditions.map(([type, status]) => ({ type, status })) } });
  const keys = (taints: readonly { key: string; effect: string }[]) => taints.map(({ key, effect }) => `${key}:${effect}`);

  it('turns conditions into taints and keeps those of others', () => {
    const foreign = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };
    expect(keys(computeTaints(node([['Ready', 'Unknown'], ['DiskPressure', 'True']], { taints: [foreign] }), NOW))).toEqual([
      'gpu:NoSchedule', 'node.kubernetes.io/disk-pressure:NoSchedule', 'node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(keys(computeTaints(node([['Ready', 'True']], { unschedulable: true, taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }), NOW))).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
  });

  it('knows nothing about a node that is silent', () => {
    const conditions = silentConditions(node([['Ready', 'True']]), NOW);
    expect(conditions?.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['Ready', 'Unknown', 'NodeStatusUnknown'], ['MemoryPressure', 'Unknown', 'NodeStatusNeverUpdated'], ['DiskPressure', 'Unknown', 'NodeStatusNeverUpdated'], ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
    ]);
  });

  it('gives out ranges that do not overlap', () => {
    expect(nextCidr('10.240.0.0/16', 24, ['10.240.0.0/24', '10.240.1.0/24'])).toBe('10.240.2.0/24');
    expect(() => nextCidr('10.240.0.0/24', 24, ['10.240.0.0/24'])).toThrow(/has no \/24 left/);
  });
});

it('does not give the same port of one address to two Services', () => {
  const service = (name: string, port: number, ip?: string): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { type: 'LoadBalancer', ports: [{ port }] }, ...(ip && { status: { loadBalancer: { ingress: [{ ip }] } } }) });
  expect(assignAddress(service('b', 81), [service('a', 80, '192.0.2.1')], ['192.0.2.1'])).toEqual({ address: '192.0.2.1' });
  expect(assignAddress(service('b', 80), [service('a', 80, '192.0.2.1')], ['192.0.2.1', '192.0.2.2'])).toEqual({ address: '192.0.2.2' });
  expect(assignAddress(service('b', 80), [service('a', 80, '192.0.2.1')], ['192.0.2.1'])).toEqual({ conflict: 'port 80/TCP of 192.0.2.1 is already used by the Service shop/a; use another port, or delete that Service' });
  const hostPort = [{ address: '192.0.2.1', id: '80/TCP', owner: 'the pod kube-system/proxy', fix: 'delete that pod', yields: true }];
  expect(assignAddress(service('b', 80), [], ['192.0.2.1'], hostPort)).toEqual({ conflict: 'port 80/TCP of 192.0.2.1 is already used by the pod kube-system/proxy; use another port, or delete that pod' });
  expect(assignAddress(service('b', 80, '192.0.2.1'), [], ['192.0.2.1'], hostPort)).toEqual({ address: '192.0.2.1' });
  const program = [{ address: '192.0.2.1', id: '80/TCP', owner: 'nginx (pid 812)', fix: 'end that one', yields: false }];
  expect(assignAddress(service('b', 80, '192.0.2.1'), [], ['192.0.2.1'], program)).toEqual({ conflict: 'port 80/TCP of 192.0.2.1 is already used by nginx (pid 812); use another port, or end that one' });
  expect(assignAddress(service('b', 81), [], ['192.0.2.1'], program)).toEqual({ address: '192.0.2.1' });
});

it('allows as many evictions as the budget leaves', () => {
  const pods = ['a', 'b', 'c'].map((name): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [] }, status: { conditions: [{ type: 'Ready', status: name === 'c' ? 'False' : 'True' }] } }));
  const budget = (spec: object): PodDisruptionBudget => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec });
  expect(computeBudget(budget({ minAvailable: 1 }), pods, { expected: 3 }, NOW)).toMatchObject({ currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 3 });
  expect(computeBudget(budget({ maxUnavailable: '34%' }), pods, { expected: 3 }, NOW)).toMatchObject({ desiredHealthy: 1, disruptionsAllowed: 1 });
  expect(computeBudget(budget({ minAvailable: '100%' }), pods, { expected: 3 }, NOW)).toMatchObject({ disruptionsAllowed: 0 });
});
