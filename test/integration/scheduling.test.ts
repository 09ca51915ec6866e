import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../lib/client/client';
import type { core, KubeObject, Pod } from '../../lib/api/types';
import { addNode, startTestCluster, type TestCluster } from './harness/test-cluster';

let cluster: TestCluster;
beforeEach(async () => { cluster = await startTestCluster({ nodes: ['a', 'b', 'c'] }); });
afterEach(() => cluster.stop());

const create = (...objects: readonly object[]) => Promise.all(objects.map((object) => cluster.client.create(object as KubeObject as Parameters<Client['create']>[0])));
const pod = (name: string, spec: Partial<core.PodSpec> = {}, cpu = '1', labels: Record<string, string> = { app: name }): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels }, spec: { containers: [{ name: 'c', image: 'web', resources: { requests: { cpu } } }], ...spec },
});
const tryPod = (name: string) => cluster.lister.tryGet('Pod', `default/${name}`);
const bound = (name: string) => cluster.until(() => tryPod(name)?.spec.nodeName, `${name} is bound`);
const running = (name: string) => cluster.until(() => tryPod(name)?.status?.phase === 'Running', `${name} runs`);
const scheduled = (name: string) => tryPod(name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
const told = (name: string, message: string) => cluster.until(() => scheduled(name)?.message?.includes(message), `${name} is told ${message}`);
const label = (name: string, labels: Record<string, string>) => cluster.client.patch('Node', { name }, { metadata: { labels } }, { type: 'merge' });

describe('several nodes', () => {
  it('share the replicas of a set evenly, without being asked', async () => {
    const labels = { app: 'web' };
    await create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 6, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'web' }] } } } });
    const nodes = await cluster.until(() => {
      const names = cluster.lister.list('Pod', 'default').map(({ spec }) => spec.nodeName);
      return names.length === 6 && names.every(Boolean) && names;
    }, 'all are bound');
    expect(nodes.sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('are filled zone by zone where a constraint says so', async () => {
    await Promise.all([label('a', { zone: '1' }), label('b', { zone: '1' }), label('c', { zone: '2' })]);
    await cluster.until(() => cluster.lister.list('Node').every(({ metadata }) => metadata.labels?.zone), 'all have zones');
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'even' } } };
    const names = ['p1', 'p2', 'p3', 'p4'];
    await create(...names.map((name) => pod(name, { topologySpreadConstraints: [constraint] }, '100m', { app: 'even' })));
    const nodes = await Promise.all(names.map(bound));
    expect(nodes.filter((name) => name === 'c')).toHaveLength(2);
  });

  it('bring together and keep apart what belongs so', async () => {
    const term = (app: string) => ({ requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } }] });
    await create(pod('db'));
    const home = await bound('db');
    await create(pod('near', { affinity: { podAffinity: term('db') } }), pod('far', { affinity: { podAntiAffinity: term('db') } }));
    expect(await bound('near')).toBe(home);
    expect(await bound('far')).not.toBe(home);
  });

  it('that come later take the pods that waited for them', async () => {
    await create(pod('large', {}, '16'));
    await told('large', '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod..');
    await addNode(cluster.client, 'd', { cpu: '32', memory: '64Gi', pods: '110' });
    expect(await bound('large')).toBe('d');
  });
});

describe('preemption', () => {
  const high = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 };
  const priority = (value: number): Partial<core.PodSpec> => ({ priority: value }) as Partial<core.PodSpec>;

  it('frees the node whose pods matter least, and no other', async () => {
    await create(high);
    await create(...['a', 'b', 'c'].map((node, i) => pod(`on-${node}`, { nodeSelector: { 'kubernetes.io/hostname': node }, ...priority(3 - i) }, '3')));
    await Promise.all(['on-a', 'on-b', 'on-c'].map(running));
    await create(pod('urgent', { priorityClassName: 'high', ...priority(1000) }, '3'));
    expect(await bound('urgent')).toBe('c');
    expect(['on-a', 'on-b', 'on-c'].map((name) => tryPod(name) !== undefined)).toEqual([true, true, false]);
    const events = cluster.lister.list('Event', 'default').filter(({ reason }) => reason === 'Preempted');
    expect(events.map(({ message }) => message)).toEqual([`Preempted by pod ${tryPod('urgent')?.metadata.uid} on node c`]);
  });

  it('keeps what it freed from pods that come by meanwhile', async () => {
    await create(high);
    await Promise.all(['a', 'b'].map((name) => cluster.client.patch('Node', { name }, { spec: { unschedulable: true } }, { type: 'merge' })));
    await cluster.until(() => ['a', 'b'].every((name) => cluster.lister.tryGet('Node', name)?.spec?.unschedulable), 'cordoned');
    // Its finalizer keeps the victim there for as long as the test wants.
    const victim = pod('victim', {}, '4') as Pod;
    await create({ ...victim, metadata: { ...victim.metadata, finalizers: ['example.com/hold'] } });
    await running('victim');
    await create(pod('urgent', { priorityClassName: 'high', ...priority(1000) }, '4'));
    await cluster.until(() => tryPod('urgent')?.status?.nominatedNodeName === 'c' && tryPod('victim')?.metadata.deletionTimestamp, 'the node is promised');
    await create(pod('passer-by', {}, '1'));
    await told('passer-by', '1 Insufficient cpu');
    await cluster.client.patch('Pod', { namespace: 'default', name: 'victim' }, { metadata: { finalizers: null } }, { type: 'merge' });
    expect(await bound('urgent')).toBe('c');
    expect(tryPod('passer-by')?.spec.nodeName).toBeUndefined();
  });
});
