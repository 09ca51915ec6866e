import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../lib/api/types';
import { ClusterState } from '../../lib/scheduler/cluster-state';
import { misfitMessage } from '../../lib/scheduler/misfit-message';
import { plugins } from '../../lib/scheduler/plugins/index';
import { schedule } from '../../lib/scheduler/schedule';

function node(name: string, { labels = {}, spec = {}, cpu = '4' }: { labels?: Record<string, string>; spec?: object; cpu?: string } = {}): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } }, spec, status: { allocatable: { cpu, memory: '8Gi', pods: '110' } } };
}

let count = 0;
function pod(spec: object = {}, { labels = { app: 'web' }, cpu = '', nodeName, owner }: { labels?: Record<string, string>; cpu?: string; nodeName?: string; owner?: string } = {}): Pod {
  const name = `p${++count}`;
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, uid: name, namespace: 'default', labels, ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] }) },
    spec: { containers: [{ name: 'c', image: 'web', ...(cpu && { resources: { requests: { cpu } } }) }], ...(nodeName && { nodeName }), ...spec },
  };
}

function cluster(nodes: Node[], pods: Pod[] = []) {
  const state = new ClusterState();
  nodes.forEach((n) => state.setNode(n));
  pods.forEach((p) => state.set(p));
  return { state, lister: { tryGet: () => undefined, list: () => [] } };
}

const choose = (p: Pod, where: ReturnType<typeof cluster>) => {
  const choice = schedule(p, where, plugins, { start: 0, random: () => 0 });
  return 'node' in choice ? choice.node : misfitMessage(choice.misfit);
};
const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const refusal = (reason: string, preemption = NOT_HELPFUL) => `0/1 nodes are available: 1 ${reason}. preemption: 0/1 nodes are available: 1 ${preemption}..`;

describe('a pod that does not fit', () => {
  it.each([
    ['cpu', pod({}, { cpu: '5' }), node('a'), refusal('Insufficient cpu', NO_VICTIMS)],
    ['cordon', pod(), node('a', { spec: { unschedulable: true } }), refusal('node(s) were unschedulable')],
    ['taint', pod(), node('a', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } }), refusal('node(s) had untolerated taint {gpu: yes}')],
    ['node selector', pod({ nodeSelector: { disk: 'ssd' } }), node('a'), refusal("node(s) didn't match Pod's node affinity/selector")],
    ['claim', pod({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }), node('a'), '0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling..'],
  ])('is told upstream’s reason: %s', (_name, p, n, message) => expect(choose(p, cluster([n]))).toBe(message));

  it('hears every reason with its number of nodes', () => {
    const where = cluster([node('a', { cpu: '1' }), node('b', { cpu: '1' }), node('c', { spec: { unschedulable: true } })]);
    expect(choose(pod({}, { cpu: '2' }), where)).toBe(`0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 ${NOT_HELPFUL}, 2 ${NO_VICTIMS}..`);
    expect(choose(pod(), cluster([]))).toBe('no nodes available to schedule pods');
  });

  it('is refused where its host port is taken', () => {
    const ports = { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] };
    expect(choose(pod(ports), cluster([node('a')], [pod({ ...ports, nodeName: 'a' })]))).toBe(refusal("node(s) didn't have free ports for the requested pod ports", NO_VICTIMS));
  });
});

describe('the choice between nodes', () => {
  it('counts what was assumed a moment ago, and forgets it when the binding failed', () => {
    const where = cluster([node('a', { cpu: '1' })]);
    const first = pod({}, { cpu: '1' });
    where.state.assume(first, 'a');
    expect(choose(pod({}, { cpu: '1' }), where)).toContain('Insufficient cpu');
    where.state.forget(first);
    expect(choose(pod({}, { cpu: '1' }), where)).toBe('a');
  });

  it('prefers the emptier node, and spreads the pods of one controller', () => {
    expect(choose(pod({}, { cpu: '1' }), cluster([node('a'), node('b')], [pod({}, { cpu: '2', nodeName: 'a' })]))).toBe('b');
    const where = cluster([node('a'), node('b')], [pod({}, { nodeName: 'a', owner: 'web' }), pod({}, { nodeName: 'b', owner: 'other' })]);
    expect(choose(pod({}, { owner: 'web' }), where)).toBe('b');
  });

  it('keeps pods apart, also when only the running one asks for it', () => {
    const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }] } } };
    expect(choose(pod(apart), cluster([node('a'), node('b')], [pod({}, { nodeName: 'a' })]))).toBe('b');
    expect(choose(pod(), cluster([node('a')], [pod({ ...apart, nodeName: 'a' })]))).toBe(refusal("node(s) didn't satisfy existing pods anti-affinity rules", NO_VICTIMS));
  });

  it('brings pods together; the first one may go anywhere', () => {
    const together = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }] } } };
    expect(choose(pod(together), cluster([node('a')]))).toBe('a');
    expect(choose(pod(together), cluster([node('a'), node('b')], [pod({}, { nodeName: 'b' })]))).toBe('b');
  });

  it('keeps the difference between domains within maxSkew', () => {
    const spread = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } }] };
    const where = cluster([node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' }, cpu: '1' })], [pod({}, { nodeName: 'a' })]);
    expect(choose(pod(spread), where)).toBe('b');
  });
});
