import { describe, expect, it } from 'vitest';
import { choose, cluster, node, pod } from './cluster';

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const refusal = (reason: string, preemption = NOT_HELPFUL) => `0/1 nodes are available: 1 ${reason}. preemption: 0/1 nodes are available: 1 ${preemption}..`;

describe('a pod that does not fit', () => {
  it.each([
    ['cpu', pod({}, { cpu: '5' }), node('a'), refusal('Insufficient cpu', NO_VICTIMS)],
    ['cordon', pod(), node('a', { spec: { unschedulable: true } }), refusal('node(s) were unschedulable')],
    ['taint', pod(), node('a', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } }), refusal('node(s) had untolerated taint {gpu: yes}')],
    ['cpu, sidecars included', pod({ initContainers: [{ name: 's', image: 'x', restartPolicy: 'Always', resources: { requests: { cpu: '3' } } }] }, { cpu: '2' }), node('a'), refusal('Insufficient cpu', NO_VICTIMS)],
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
    const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'default' }, spec: { selector: { matchLabels: { app: 'web' } } } };
    const where = cluster([node('a'), node('b')], [pod({}, { nodeName: 'a' }), pod({}, { nodeName: 'b', labels: { app: 'other' } })], [set]);
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

describe('what a pod requires', () => {
  it('is the sum of containers and sidecars, or what it takes while it begins, and its overhead', () => {
    const container = (name: string, cpu: string, more: object = {}) => ({ name, resources: { requests: { cpu } }, ...more });
    const spec = {
      containers: [container('web', '1')], overhead: { cpu: '250m' },
      initContainers: [container('first', '2'), container('sidecar', '1', { restartPolicy: 'Always' }), container('second', '1500m')],
    };
    expect(choose(pod(spec), cluster([node('a', { cpu: '2749m' })]))).toContain('Insufficient cpu'); // second beside the sidecar
    expect(choose(pod(spec), cluster([node('a', { cpu: '2750m' })]))).toBe('a');
  });

  it('may be a resource that only some nodes have', () => {
    const spec = { containers: [{ name: 'c', resources: { requests: { 'example.com/dongle': '1' }, limits: { 'example.com/dongle': '1' } } }] };
    const nodes = [node('a'), node('b', { allocatable: { 'example.com/dongle': '1' } })];
    expect(choose(pod(spec), cluster(nodes))).toBe('b');
    expect(choose(pod(spec), cluster(nodes, [pod({ ...spec, nodeName: 'b' })]))).toContain('0/2 nodes are available: 2 Insufficient example.com/dongle.');
  });

  it('may be a named node, by a field', () => {
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }] } } };
    expect(choose(pod({ affinity }), cluster([node('a'), node('b')]))).toBe('b');
  });

  it('prefers nodes by the weights of its terms', () => {
    const term = (weight: number, value: string) => ({ weight, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: [value] }] } });
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term(1, 'ssd'), term(50, 'nvme')] } };
    expect(choose(pod({ affinity }), cluster([node('a', { labels: { disk: 'ssd' } }), node('b', { labels: { disk: 'nvme' } }), node('c')]))).toBe('b');
  });

  it('avoids a node with a taint that only prefers not to have it', () => {
    const tainted = node('a', { spec: { taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] } });
    expect(choose(pod(), cluster([tainted, node('b')]))).toBe('b');
    expect(choose(pod(), cluster([tainted]))).toBe('a');
  });

  it('goes where its image is', () => {
    const withImage = { ...node('b'), status: { ...node('b').status, images: [{ names: ['web:latest'], sizeBytes: 900 * 2 ** 20 }] } };
    expect(choose(pod(), cluster([node('a'), withImage]))).toBe('b');
  });
});

describe('pods and other pods', () => {
  const term = (labels: object, more: object = {}) => ({ labelSelector: { matchLabels: labels }, topologyKey: 'zone', ...more });
  const zones = () => [node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' } })];

  it('come together in a zone that has pods of every term', () => {
    const near = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ app: 'db' }), term({ tier: 'data' })] } } };
    const half = pod({}, { nodeName: 'a', labels: { app: 'db' } });
    expect(choose(pod(near), cluster(zones(), [half]))).toContain("2 node(s) didn't match pod affinity rules");
    expect(choose(pod(near), cluster(zones(), [half, pod({}, { nodeName: 'b', labels: { app: 'db', tier: 'data' } })]))).toBe('b');
  });

  it('are found in other namespaces by their labels', () => {
    const near = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ app: 'db' }, { namespaceSelector: { matchLabels: { team: 'x' } } })] } } };
    const other = pod({}, { nodeName: 'b', labels: { app: 'db' }, namespace: 'data' });
    const namespace = (team: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'data', labels: { team } } });
    expect(choose(pod(near), cluster(zones(), [other], [namespace('x')]))).toBe('b');
    expect(choose(pod(near), cluster(zones(), [other], [namespace('y')]))).toContain("didn't match pod affinity rules");
  });

  it('draw and repel each other by preference, also by that of the running one alone', () => {
    const preferred = (kind: 'podAffinity' | 'podAntiAffinity') => ({ affinity: { [kind]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term({ app: 'web' }) }] } } });
    expect(choose(pod(preferred('podAffinity')), cluster(zones(), [pod({}, { nodeName: 'b' })]))).toBe('b');
    expect(choose(pod(preferred('podAntiAffinity')), cluster(zones(), [pod({}, { nodeName: 'a' })]))).toBe('b');
    expect(choose(pod(), cluster(zones(), [pod({ ...preferred('podAffinity'), nodeName: 'b' }, { labels: { app: 'db' } })]))).toBe('b');
    expect(choose(pod(), cluster(zones(), [pod({ ...preferred('podAntiAffinity'), nodeName: 'a' }, { labels: { app: 'db' } })]))).toBe('b');
  });

  const constraint = (more: object = {}) => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...more }] });

  it('do not pile up while there are fewer domains than there should be', () => {
    const where = cluster(zones(), [pod({}, { nodeName: 'a' }), pod({}, { nodeName: 'b' })]);
    expect(choose(pod(constraint({ minDomains: 3 })), where)).toContain("2 node(s) didn't match pod topology spread constraints.");
    expect(choose(pod(constraint({ minDomains: 2 })), where)).toBe('a');
  });

  it('are spread over the nodes that the pod could go to: by affinity always, by taints when asked', () => {
    const tainted = node('b', { labels: { zone: '2' }, spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } });
    const where = () => cluster([node('a', { labels: { zone: '1' } }), tainted], [pod({}, { nodeName: 'a' })]);
    expect(choose(pod(constraint()), where())).toContain("1 node(s) didn't match pod topology spread constraints, 1 node(s) had untolerated taint {gpu: }");
    expect(choose(pod(constraint({ nodeTaintsPolicy: 'Honor' })), where())).toBe('a');
    expect(choose(pod({ ...constraint(), nodeSelector: { zone: '1' } }), where())).toBe('a');
  });

  it('count only those of the same revision where the constraint says so', () => {
    const where = cluster(zones(), [pod({}, { nodeName: 'a', labels: { app: 'web', revision: '1' } })]);
    const next = pod(constraint({ matchLabelKeys: ['revision'], whenUnsatisfiable: 'ScheduleAnyway' }), { labels: { app: 'web', revision: '1' } });
    expect(choose(next, where)).toBe('b');
  });

  it('need nodes that have the label at all', () => {
    expect(choose(pod(constraint()), cluster([node('c')]))).toContain("1 node(s) didn't match pod topology spread constraints (missing required label)");
  });
});

describe('volumes', () => {
  const claim = (more: object = {}, spec: object = {}) => ({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, spec: { volumeName: 'pv', ...spec }, status: { phase: 'Bound' }, ...more,
  });
  const volume = (labels: object = {}) => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv', labels }, spec: {} });
  const user = { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] };

  it('are used in their zone', () => {
    const where = cluster([node('a', { labels: { 'topology.kubernetes.io/zone': '1' } }), node('b', { labels: { 'topology.kubernetes.io/zone': '2' } })], [], [claim(), volume({ 'topology.kubernetes.io/zone': '2__3' })]);
    expect(choose(pod(user), where)).toBe('b');
    expect(choose(pod({ ...user, nodeSelector: { 'topology.kubernetes.io/zone': '1' } }), where)).toContain('1 node(s) had no available volume zone');
  });

  it('of one pod only are not given to a second one', () => {
    const objects = [claim({}, { accessModes: ['ReadWriteOncePod'] }), volume()];
    expect(choose(pod(user), cluster([node('a'), node('b')], [pod({ ...user, nodeName: 'a' })], objects))).toContain('2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode');
    expect(choose(pod(user), cluster([node('a')], [], objects))).toBe('a');
  });

  it('that were lost, or belong to another pod, are told by name', () => {
    expect(choose(pod(user), cluster([node('a')], [], [claim({ status: { phase: 'Lost' } })]))).toContain('persistentvolumeclaim "data" bound to non-existent persistentvolume "pv".');
    const ephemeral = pod({ volumes: [{ name: 'x', ephemeral: {} }] });
    const where = cluster([node('a')], [], [claim({ metadata: { name: `${ephemeral.metadata.name}-x`, namespace: 'default' } })]);
    expect(choose(ephemeral, where)).toContain('(pod is not owner)');
    expect(choose(ephemeral, cluster([node('a')]))).toContain(`waiting for ephemeral volume controller to create the persistentvolumeclaim "${ephemeral.metadata.name}-x"`);
  });
});
