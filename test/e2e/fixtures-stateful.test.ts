import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';

const manifest = path.resolve(__dirname, '../../../shared/fixtures/stateful.yaml');

describe.skipIf(!defaultKubectl || !fs.existsSync(manifest))('stateful.yaml: an etcd cluster of three (skipped without kubectl or the fixtures)', () => {
  const { kubectl, namespace } = useNamespace('etcd');
  const etcdctl = (member: string, ...words: string[]) => kubectl(['exec', member, '--', 'etcdctl', ...words]);
  /** Without the member that led, the others choose a leader first. */
  const put = (member: string, key: string, value: string) => eventually(`${key} is written`, () => etcdctl(member, 'put', key, value));
  const isHealthy = async (members: number) => (await etcdctl('etcd-0', 'endpoint', 'health', '--cluster')).length >= 0
    && (await etcdctl('etcd-0', 'endpoint', 'status', '--cluster', '-w', 'simple')).trim().split('\n').length === members;
  const evict = (pod: string) => kubectl.try(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }),
  });

  beforeAll(async () => {
    await kubectl(['apply', '-f', manifest]);
    await kubectl('rollout status statefulset/etcd --timeout=180s');
  });

  it('forms a quorum through the names of its headless Service', async () => {
    explainFailure(kubectl);
    await eventually('all three answer', () => isHealthy(3));
    const members = (await etcdctl('etcd-1', 'member', 'list')).trim().split('\n').map((line) => line.split(', '));
    expect(members.map(([, status, name, peer]) => [status, name, peer]).sort()).toEqual([0, 1, 2].map((i) => ['started', `etcd-${i}`, `http://etcd-${i}.etcd:2380`]));
    expect(await kubectl('get pvc -o jsonpath={.items[*].status.phase}')).toBe('Bound Bound Bound');
  });

  it('goes on without a member, which comes back with its identity and its data', async () => {
    explainFailure(kubectl);
    const idOf = async (name: string) => /^(\w+), started, (\S+)/m.exec((await etcdctl('etcd-0', 'member', 'list')).split('\n').find((line) => line.includes(`, ${name}, `)) ?? '')?.[1];
    const id = await idOf('etcd-2');
    await put('etcd-2', 'before', 'written to all');
    await kubectl('scale statefulset/etcd --replicas=2');
    await kubectl('wait --for=delete pod/etcd-2 --timeout=180s');
    await put('etcd-0', 'during', 'written to two');
    expect(await etcdctl('etcd-1', 'get', 'before', '--print-value-only')).toBe('written to all\n');
    expect((await kubectl.try(['exec', 'etcd-0', '--', 'etcdctl', 'endpoint', 'health', '--cluster'])).err).toMatch(/etcd-2\.etcd:2379 is unhealthy/);

    await kubectl('scale statefulset/etcd --replicas=3');
    await kubectl('rollout status statefulset/etcd --timeout=180s');
    await eventually('all three answer', () => isHealthy(3));
    // Serializable: from the member's own disk, without asking the others.
    await eventually('it has caught up', async () => (await etcdctl('etcd-2', 'get', 'during', '--print-value-only', '--consistency=s')) === 'written to two\n');
    expect(await etcdctl('etcd-2', 'get', 'before', '--print-value-only', '--consistency=s')).toBe('written to all\n');
    expect(await idOf('etcd-2')).toBe(id);
  });

  it('lets its disruption budget give up one member, and no second one', async () => {
    explainFailure(kubectl);
    await eventually('one may go', async () => (await kubectl('get pdb etcd -o jsonpath={.status.currentHealthy}/{.status.desiredHealthy}/{.status.disruptionsAllowed}')) === '3/2/1');
    expect((await evict('etcd-1')).code).toBe(0);
    const second = await evict('etcd-0');
    expect(second.code).not.toBe(0);
    expect(second.err).toMatch(/Cannot evict pod as it would violate the pod's disruption budget/);
    await put('etcd-0', 'evicted', 'etcd-1');
    await eventually('the evicted member is back', async () => (await kubectl('get statefulset etcd -o jsonpath={.status.readyReplicas}')) === '3' && isHealthy(3));
    await eventually('it has caught up', async () => (await etcdctl('etcd-1', 'get', 'evicted', '--print-value-only', '--consistency=s')) === 'etcd-1\n');
  });
});
