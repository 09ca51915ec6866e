import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { core } from '../../lib/api/types';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor, type Kubectl } from './harness/kubectl';
import { list } from './harness/objects';
import { conditionOf, PodCases, podOf } from './harness/pods';
import { TestRuntime } from './harness/runtime';

const HOSTNAME = 'kubernetes.io/hostname';
const run = `e2e-${process.pid}`;

/** Only this node, wherever the cases run. */
async function firstNode(kubectl: Kubectl): Promise<string> {
  return (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
}

const unschedulable = (pods: PodCases, name: string) => pods.until(name, 'is told that it fits nowhere', (pod) => conditionOf(pod, 'PodScheduled')?.reason === 'Unschedulable');
const whyNot = async (pods: PodCases, name: string) => conditionOf(await unschedulable(pods, name), 'PodScheduled')?.message ?? '';

describe.skipIf(!defaultKubectl)('where pods go', () => {
  const { kubectl } = useNamespace('scheduling');
  const pods = new PodCases(kubectl);
  let node = '';
  beforeAll(async () => { node = await firstNode(kubectl); });
  const here = { nodeSelector: {} as Record<string, string> };
  beforeAll(() => { here.nodeSelector[HOSTNAME] = node; });

  it('a pod with scheduling gates waits until all of them are gone', async () => {
    explainFailure(kubectl);
    await pods.create(podOf('gated', { schedulingGates: [{ name: 'example.com/first' }, { name: 'example.com/second' }] } as Partial<core.PodSpec>));
    const gated = await pods.until('gated', 'is gated', (pod) => conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated');
    expect(conditionOf(gated, 'PodScheduled')).toMatchObject({ status: 'False', message: 'Scheduling is blocked due to non-empty scheduling gates' });
    expect(await kubectl('get pod gated --no-headers')).toContain('SchedulingGated');
    await kubectl(['patch', 'pod', 'gated', '--type=json', '-p', '[{"op":"remove","path":"/spec/schedulingGates/0"}]']);
    expect(conditionOf(await pods.get('gated'), 'PodScheduled')?.reason).toBe('SchedulingGated');
    const more = await kubectl.try(['patch', 'pod', 'gated', '--type=json', '-p', '[{"op":"add","path":"/spec/schedulingGates/-","value":{"name":"example.com/third"}}]']);
    expect(more.err).toContain('Forbidden');
    await kubectl(['patch', 'pod', 'gated', '--type=json', '-p', '[{"op":"remove","path":"/spec/schedulingGates"}]']);
    await pods.running('gated');
    await pods.event('gated', 'Scheduled', /^Successfully assigned .*\/gated to /);
  });

  it('what fits on no node is told why, in upstream’s words, on the pod and as an event', async () => {
    explainFailure(kubectl);
    const impossible = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'example.com/nowhere', operator: 'Exists' }] }] } };
    await pods.create(
      podOf('affinity', { affinity: { nodeAffinity: impossible } }), podOf('selector', { nodeSelector: { 'example.com/nowhere': 'yes' } }), podOf('large', { containers: [{ resources: { requests: { cpu: '1000', memory: '1Pi' } } }] }),
      podOf('dongle', { containers: [{ resources: { limits: { 'example.com/nobody-has': '1' } } }] }), podOf('claimless', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'missing' } }] }),
      podOf('label', { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'example.com/rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { a: 'b' } } }] }),
      podOf('near', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOSTNAME, labelSelector: { matchLabels: { nobody: 'has' } } }] } } }),
    );
    const all = (why: string) => new RegExp(`^0/(\\d+) nodes are available: .*\\b\\1 ${why.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
    expect(await whyNot(pods, 'affinity')).toMatch(all("node(s) didn't match Pod's node affinity/selector"));
    expect(await whyNot(pods, 'affinity')).toMatch(/\. preemption: 0\/\d+ nodes are available: \d+ Preemption is not helpful for scheduling\.+$/);
    expect(await whyNot(pods, 'selector')).toMatch(all("node(s) didn't match Pod's node affinity/selector"));
    expect(await whyNot(pods, 'large')).toMatch(/\d+ Insufficient cpu, \d+ Insufficient memory\. preemption: 0\/\d+ nodes are available: .*\d+ No preemption victims found for incoming pod\.+$/);
    expect(await whyNot(pods, 'dongle')).toMatch(all('Insufficient example.com/nobody-has'));
    expect(await whyNot(pods, 'claimless')).toMatch(/^0\/\d+ nodes are available: persistentvolumeclaim "missing" not found\. preemption: /);
    expect(await whyNot(pods, 'label')).toMatch(all("node(s) didn't match pod topology spread constraints (missing required label)"));
    expect(await whyNot(pods, 'near')).toMatch(all("node(s) didn't match pod affinity rules"));
    const event = await pods.event('affinity', 'FailedScheduling');
    expect(event).toMatchObject({ type: 'Warning', message: await whyNot(pods, 'affinity') });
    expect((await pods.get('affinity')).status?.phase).toBe('Pending');
    await kubectl('delete pod affinity selector large dongle claimless label near --wait=false');
  });

  it('a pod whose claim is not bound waits for it, and goes on by itself', async () => {
    explainFailure(kubectl);
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'late' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: `none-${run}`, resources: { requests: { storage: '1Mi' } } } };
    await pods.create(claim, podOf('waits', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'late' } }] }));
    expect(await whyNot(pods, 'waits')).toMatch(/^0\/\d+ nodes are available: pod has unbound immediate PersistentVolumeClaims\. preemption: 0\/\d+ nodes are available: \d+ Preemption is not helpful for scheduling\.+$/);
    const volume = {
      apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `late-${run}` },
      spec: { capacity: { storage: '1Mi' }, accessModes: ['ReadWriteOnce'], storageClassName: `none-${run}`, persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: `/tmp/${run}`, type: 'DirectoryOrCreate' } },
    };
    await kubectl('create -f -', { input: list(volume) });
    await pods.running('waits');
    await kubectl('delete pod waits --wait=true');
    await kubectl('delete pvc late');
    await kubectl(`delete pv late-${run}`);
  });

  it('a host port is given once per node, address and protocol', async () => {
    explainFailure(kubectl);
    const port = 13_000 + (process.pid % 1_000); // no node port, nor one of an Ingress
    const withPort = (name: string, more: Partial<core.ContainerPort> = {}) => podOf(name, { ...here, containers: [{ ports: [{ containerPort: 80, hostPort: port, ...more }] }] });
    await pods.create(withPort('first'));
    await pods.running('first');
    await pods.create(withPort('second'), withPort('udp', { protocol: 'UDP' }));
    expect(await whyNot(pods, 'second')).toMatch(/1 node\(s\) didn't have free ports for the requested pod ports/);
    await pods.running('udp');
    await kubectl('delete pod first --wait=true');
    await pods.running('second');
    await kubectl('delete pod second udp --wait=false');
  });

  it('pods keep away from each other, whoever of them asks for it', async () => {
    explainFailure(kubectl);
    const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOSTNAME, labelSelector: { matchLabels: { side: 'x' } } }] } };
    await pods.create(podOf('alone', { ...here, affinity: apart }, { labels: { side: 'x' } }));
    await pods.running('alone');
    await pods.create(podOf('same', { ...here, affinity: apart }, { labels: { side: 'x' } }), podOf('silent', here, { labels: { side: 'x' } }), podOf('other', here, { labels: { side: 'y' } }));
    expect(await whyNot(pods, 'same')).toMatch(/1 node\(s\) didn't match pod anti-affinity rules/);
    expect(await whyNot(pods, 'silent')).toMatch(/1 node\(s\) didn't satisfy existing pods anti-affinity rules/);
    await pods.running('other');
    await kubectl('delete pod alone same silent other --wait=false');
  });

  it('a hard spread constraint holds back a pod that would make the difference too large', async () => {
    explainFailure(kubectl);
    const constraint = (more: object) => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { spread: 'yes' } }, ...more }] }) as Partial<core.PodSpec>;
    const labels = { labels: { spread: 'yes' } };
    await pods.create(podOf('even', { ...here, ...constraint({}) }, labels));
    await pods.running('even');
    await pods.create(podOf('crowd', { ...here, ...constraint({ minDomains: 1000 }) }, labels), podOf('soft', { ...here, ...constraint({ whenUnsatisfiable: 'ScheduleAnyway' }) }, labels));
    expect(await whyNot(pods, 'crowd')).toMatch(/1 node\(s\) didn't match pod topology spread constraints(?! \()/);
    await pods.running('soft');
    await kubectl('delete pod even crowd soft --wait=false');
  });
});

describe.skipIf(!defaultKubectl)('priorities', () => {
  const { kubectl } = useNamespace('priorities');
  const pods = new PodCases(kubectl);
  const resource = `example.com/dongle-${run}`;
  const pointer = resource.replace('/', '~1');
  const [low, high, patient] = ['low', 'high', 'patient'].map((name) => `${name}-${run}`);
  let node = '';

  beforeAll(async () => {
    node = await firstNode(kubectl);
    const priority = (name: string, value: number, more: object = {}) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, ...more });
    await kubectl('create -f -', { input: list(priority(low, -10), priority(high, 1_000_000), priority(patient, 1_000_001, { preemptionPolicy: 'Never' })) });
    await kubectl(['patch', 'node', node, '--subresource=status', '--type=json', '-p', JSON.stringify([{ op: 'add', path: `/status/capacity/${pointer}`, value: '2' }])]);
  });
  afterAll(async () => {
    await kubectl(`delete priorityclass ${low} ${high} ${patient}`);
    await kubectl.try(['patch', 'node', node, '--subresource=status', '--type=json', '-p', JSON.stringify([{ op: 'remove', path: `/status/capacity/${pointer}` }, { op: 'remove', path: `/status/allocatable/${pointer}` }])]);
  });
  const using = (name: string, amount: number, spec: Partial<core.PodSpec> = {}, labels: Record<string, string> = {}) =>
    podOf(name, { ...spec, containers: [{ resources: { limits: { [resource]: String(amount) } } }] }, { labels });

  it('a resource that somebody gives to a node may be used, as much as there is', async () => {
    explainFailure(kubectl);
    await eventually('the node offers it', async () => (await kubectl(['get', 'node', node, '-o', `jsonpath={.status.allocatable['${resource.replace(/\./g, '\\.')}']}`])).trim() === '2');
    await pods.create(using('one', 1), using('two', 1));
    await Promise.all(['one', 'two'].map((name) => pods.running(name)));
    await pods.create(using('three', 1));
    expect(await whyNot(pods, 'three')).toContain(`1 Insufficient ${resource}`);
    await kubectl('delete pod one --wait=true');
    await pods.running('three');
    expect(await kubectl(`describe node ${node}`)).toMatch(new RegExp(`${resource.replace(/\./g, '\\.')} +2 +2`));
    await kubectl('delete pod two three --wait=true');
  });

  it('a class gives its number and policy to pods; the system’s classes are the highest', async () => {
    explainFailure(kubectl);
    await pods.create(podOf('classed', { priorityClassName: patient }));
    expect((await pods.get('classed')).spec).toMatchObject({ priority: 1_000_001, preemptionPolicy: 'Never', priorityClassName: patient });
    expect(await pods.refusal(podOf('unknown', { priorityClassName: 'nobody' }))).toContain('pods "unknown" is forbidden: no PriorityClass with name nobody was found');
    expect(await pods.refusal(podOf('wrong', { priorityClassName: patient, priority: 5 }))).toContain('the integer value of priority (5) must not be provided in pod spec');
    expect(await kubectl('get priorityclass system-cluster-critical system-node-critical -o jsonpath={.items[*].value}')).toBe('2000000000 2000001000');
    expect(await pods.refusal({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: `too-high-${run}` }, value: 1_000_000_001 })).toContain('maximum allowed value of a user defined priority is 1000000000');
    await kubectl('delete pod classed --wait=false');
  });

  it('a more important pod ends less important ones, and says for whom', async () => {
    explainFailure(kubectl);
    await pods.create(using('cheap', 1, { priorityClassName: low }), using('normal', 1));
    await Promise.all(['cheap', 'normal'].map((name) => pods.running(name)));
    await pods.create(using('urgent', 1, { priorityClassName: high }));
    const urgent = await pods.running('urgent');
    await pods.event('cheap', 'Preempted', `Preempted by pod ${urgent.metadata.uid} on node ${node}`);
    await pods.event('urgent', 'FailedScheduling', new RegExp(`^0/\\d+ nodes are available: .*Insufficient ${resource.replace(/\./g, '\\.')}\\.$`));
    expect((await pods.get('normal')).metadata.deletionTimestamp).toBeUndefined();
    expect((await kubectl.try('get pod cheap')).code).not.toBe(0);
  });

  it('while its victim ends, which says for whom, the node is promised to it', async () => {
    explainFailure(kubectl);
    await kubectl('delete pod normal --wait=true');
    await pods.create(podOf('slow', { priorityClassName: low, terminationGracePeriodSeconds: 120, containers: [{ command: ['sh', '-c', 'trap "" TERM; until [ -e /tmp/end ]; do sleep 0.1; done'], resources: { limits: { [resource]: '1' } } }] }));
    await pods.running('slow');
    await pods.create(using('next', 1, { priorityClassName: high }));
    await pods.until('next', 'is nominated', ({ status }) => status?.nominatedNodeName === node);
    const victim = await pods.until('slow', 'is asked to end', ({ metadata }) => metadata.deletionTimestamp);
    expect(conditionOf(victim, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'PreemptionByScheduler', message: 'default-scheduler: preempting to accommodate a higher priority pod' });
    expect(await kubectl('get pod next -o wide --no-headers')).toContain(node);
    await kubectl.try('exec slow -- touch /tmp/end'); // may fail: it ends with its container
    await pods.running('next');
    await kubectl('delete pod next urgent --wait=true');
  });

  it('preemption spares the pod whose disruption budget is spent, if another will do', async () => {
    explainFailure(kubectl);
    await pods.create(using('guarded', 1, { priorityClassName: low }, { guarded: 'yes' }), using('free', 1));
    await kubectl('create pdb guard --selector=guarded=yes --min-available=1');
    await Promise.all(['guarded', 'free'].map((name) => pods.running(name)));
    await eventually('the budget knows its pod', async () => (await kubectl('get pdb guard -o jsonpath={.status.currentHealthy}')) === '1');
    await pods.create(using('urgent', 1, { priorityClassName: high }));
    await pods.running('urgent');
    expect((await kubectl.try('get pod free')).code).not.toBe(0); // though it is the more important one
    expect((await pods.get('guarded')).metadata.deletionTimestamp).toBeUndefined();
    await kubectl('delete pod urgent guarded --wait=true');
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('a node that does not want everybody', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig, namespace: 'default' });
  const pods = new PodCases(kubectl);
  let node = '';
  beforeAll(async () => {
    await runtime.up();
    node = await eventually('the node is registered', async () => (await firstNode(kubectl)) || undefined);
    await eventually('the default account exists', async () => (await kubectl.try('get serviceaccount default')).code === 0);
  });
  afterAll(() => runtime.end());

  it('keeps away those that do not tolerate its taint, and takes those that do', async () => {
    explainFailure(kubectl);
    await kubectl(`taint node ${node} dedicated=gpu:NoSchedule`);
    const toleration = { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' } as const;
    await pods.create(podOf('plain'), podOf('wrong', { tolerations: [{ ...toleration, value: 'ssd' }] }), podOf('tolerant', { tolerations: [toleration] }), podOf('anything', { tolerations: [{ operator: 'Exists' }] }));
    await Promise.all(['tolerant', 'anything'].map((name) => pods.running(name)));
    for (const name of ['plain', 'wrong']) {
      expect(await whyNot(pods, name)).toMatch(/^0\/1 nodes are available: 1 node\(s\) had untolerated taint \{dedicated: gpu\}\. preemption: 0\/1 nodes are available: 1 Preemption is not helpful for scheduling\.+$/);
    }
    await kubectl(`taint node ${node} dedicated-`);
    await Promise.all(['plain', 'wrong'].map((name) => pods.running(name)));
    await kubectl('delete pod --all --wait=true');
  });

  it('cordoned takes nobody until it is uncordoned; a mere preference keeps nobody away', async () => {
    explainFailure(kubectl);
    await kubectl(`cordon ${node}`);
    await pods.create(podOf('late'));
    expect(await whyNot(pods, 'late')).toContain('0/1 nodes are available: 1 node(s) were unschedulable.');
    await kubectl(`taint node ${node} spot:PreferNoSchedule`);
    await kubectl(`uncordon ${node}`);
    await pods.running('late');
    await kubectl(`taint node ${node} spot-`);
  });

  it('gives what is free to a pod whose class never preempts before less important ones', async () => {
    explainFailure(kubectl);
    const resource = 'example.com/dongle';
    const priority = (name: string, value: number, more: object = {}) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, ...more });
    await kubectl('create -f -', { input: list(priority('low', -10), priority('patient', 1_000_001, { preemptionPolicy: 'Never' })) });
    await kubectl(['patch', 'node', node, '--subresource=status', '--type=json', '-p', JSON.stringify([{ op: 'add', path: '/status/capacity/example.com~1dongle', value: '2' }])]);
    const using = (name: string, priorityClassName: string) => podOf(name, { priorityClassName, containers: [{ resources: { limits: { [resource]: '2' } } }] });
    await pods.create(using('holder', 'low'));
    await pods.running('holder');
    await pods.create(using('polite', 'patient'), using('cheap-waits', 'low'));
    expect(await whyNot(pods, 'polite')).toMatch(/ preemption: not eligible due to preemptionPolicy=Never\.+$/);
    expect(await whyNot(pods, 'cheap-waits')).toContain('No preemption victims found for incoming pod');
    expect((await pods.get('holder')).metadata.deletionTimestamp).toBeUndefined();
    // After a vain try a pod pauses, and what is free goes to another. Here nobody else's pods come and go, which would make them try again.
    const refusedAt = async (name: string) => Date.parse(conditionOf(await pods.get(name), 'PodScheduled')?.lastTransitionTime ?? '');
    await eventually('their pauses are over', async () => Date.now() - Math.max(await refusedAt('polite'), await refusedAt('cheap-waits')) > 5_000);
    await kubectl('delete pod holder --wait=true');
    await pods.running('polite');
    expect((await pods.get('cheap-waits')).spec.nodeName).toBeUndefined();
    await kubectl('delete pod polite cheap-waits --wait=true');
  });

  it('has a class for everybody who names none, where one is the default', async () => {
    explainFailure(kubectl);
    await pods.create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'everybody' }, value: 10, globalDefault: true, preemptionPolicy: 'Never' });
    await pods.create(podOf('silent'));
    expect((await pods.get('silent')).spec).toMatchObject({ priority: 10, priorityClassName: 'everybody', preemptionPolicy: 'Never' });
    const second = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'second' }, value: 20, globalDefault: true };
    expect(await pods.refusal(second)).toContain('PriorityClass everybody is already marked as default. Only one default can exist');
    await pods.running('silent');
  });
});
