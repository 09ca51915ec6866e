import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER } from './harness/objects';
import { neverReady, templateOf, WorkloadCases } from './harness/workloads';

const set = (name: string, spec: object = {}, template: object = templateOf(name)) => ({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template, ...spec } });
const version = (name: string, value: string, more: object = {}) => templateOf(name, FOREVER, { container: { env: [{ name: 'VERSION', value }], ...more } });

describe.skipIf(!defaultKubectl)('DaemonSet (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('daemon');
  const cases = new WorkloadCases(kubectl);
  const label = `example.com/${namespace}`;
  let nodes: readonly string[] = [];
  const complete = (name: string) => kubectl(`rollout status daemonset/${name} --timeout=180s`);

  beforeAll(async () => {
    nodes = (await kubectl('get nodes -o jsonpath={.items[*].metadata.name}')).split(' ').sort();
    await cases.apply(
      set('everywhere'),
      set('chosen', {}, templateOf('chosen', FOREVER, { spec: { nodeSelector: { [label]: 'yes' } } })),
      set('rolling', { updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } }, version('rolling', 'one')),
      set('surging', { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, version('surging', 'one')),
      set('manual', { updateStrategy: { type: 'OnDelete' } }, version('manual', 'one')),
      set('patient', { minReadySeconds: 2 }),
    );
  });
  afterAll(() => kubectl.try(['label', 'node', nodes[0], `${label}-`]));

  it('runs one pod on each node, which stays where a node is not ready, and says so in its status and events', async () => {
    explainFailure(kubectl);
    await complete('everywhere');
    const { status } = await cases.get('daemonset', 'everywhere');
    const count = nodes.length;
    expect(status).toMatchObject({ desiredNumberScheduled: count, currentNumberScheduled: count, numberReady: count, numberAvailable: count, updatedNumberScheduled: count, numberMisscheduled: 0, observedGeneration: 1 });
    const pods = await cases.pods('everywhere');
    expect(pods.map(({ spec }) => spec.nodeName).sort()).toEqual(nodes);
    const [{ spec, metadata }] = pods;
    const keys = (spec.tolerations ?? []).map(({ key, effect }) => `${key}:${effect}`);
    expect(keys).toEqual(expect.arrayContaining(['not-ready:NoExecute', 'unreachable:NoExecute', 'disk-pressure:NoSchedule', 'memory-pressure:NoSchedule', 'pid-pressure:NoSchedule', 'unschedulable:NoSchedule'].map((key) => `node.kubernetes.io/${key}`)));
    expect(spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0].matchFields).toEqual([{ key: 'metadata.name', operator: 'In', values: [spec.nodeName] }]);
    expect(metadata.labels).toMatchObject({ 'pod-template-generation': '1', 'controller-revision-hash': expect.any(String) });
    await cases.untilEvent('DaemonSet', 'everywhere', /^Normal SuccessfulCreate Created pod: everywhere-\w{5}$/);
  });

  it('makes a deleted pod anew on its node', async () => {
    const [pod] = await cases.pods('everywhere');
    await kubectl(`delete pod ${pod.metadata.name}`);
    await eventually('another is there', async () => (await cases.pods('everywhere')).some(({ metadata, spec }) => metadata.name !== pod.metadata.name && spec.nodeName === pod.spec.nodeName));
  });

  it('comes to a node that gets the label it selects, and leaves when the label goes', async () => {
    explainFailure(kubectl);
    await cases.until('daemonset', 'chosen', 'it has looked', ({ status }) => status['observedGeneration'] === 1);
    expect(await cases.pods('chosen')).toEqual([]);
    await kubectl(['label', 'node', nodes[0], `${label}=yes`]);
    await cases.until('daemonset', 'chosen', 'one pod is ready', ({ status }) => status['numberReady'] === 1);
    expect((await cases.pods('chosen'))[0].spec.nodeName).toBe(nodes[0]);
    await kubectl(['label', 'node', nodes[0], `${label}-`]);
    await eventually('no pod is left', async () => (await cases.pods('chosen')).length === 0);
    await cases.untilEvent('DaemonSet', 'chosen', /^Normal SuccessfulDelete Deleted pod: chosen-\w{5}$/);
  });

  it('updates a node by taking the old pod away first, goes back by rollout undo, and keeps its history', async () => {
    explainFailure(kubectl);
    await complete('rolling');
    await cases.apply(set('rolling', { updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } }, version('rolling', 'two')));
    await complete('rolling');
    const versions = async () => [...new Set((await cases.pods('rolling')).map(({ spec }) => spec.containers[0].env?.[0].value))].join();
    expect(await versions()).toBe('two');
    await cases.untilEvent('DaemonSet', 'rolling', /SuccessfulDelete/);
    const events = await cases.events('DaemonSet', 'rolling');
    expect(events.findIndex((event) => event.includes('SuccessfulDelete'))).toBeGreaterThan(0);
    expect(await kubectl('rollout history daemonset/rolling')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>/);
    await kubectl('rollout undo daemonset/rolling');
    await complete('rolling');
    expect(await versions()).toBe('one');
    expect((await cases.get('daemonset', 'rolling')).metadata.generation).toBe(3);
  });

  it('with surge makes the new pod first, and takes the old one away when the new one is ready', async () => {
    explainFailure(kubectl);
    await complete('surging');
    const before = new Set(await cases.podNames('surging'));
    const strategy = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
    await cases.apply(set('surging', strategy, version('surging', 'two', neverReady)));
    await eventually('both are there on a node', async () => (await cases.podNames('surging')).length > nodes.length);
    expect((await cases.podNames('surging')).filter((name) => before.has(name))).toHaveLength(nodes.length);
    expect((await cases.get('daemonset', 'surging')).status).toMatchObject({ numberAvailable: nodes.length });
    await cases.apply(set('surging', strategy, version('surging', 'three')));
    await complete('surging');
    await eventually('the old ones are gone', async () => !(await cases.podNames('surging')).some((name) => before.has(name)));
  });

  it('changes nothing by itself when its pods are updated as they are deleted', async () => {
    await complete('everywhere');
    await cases.until('daemonset', 'manual', 'is ready', ({ status }) => status['numberReady'] === nodes.length);
    const before = await cases.podNames('manual');
    await cases.apply(set('manual', { updateStrategy: { type: 'OnDelete' } }, version('manual', 'two')));
    await cases.until('daemonset', 'manual', 'it has seen the change', ({ status }) => status['observedGeneration'] === 2 && status['updatedNumberScheduled'] === undefined);
    expect(await cases.podNames('manual')).toEqual(before);
    await kubectl(['delete', 'pod', before[0]]);
    await cases.until('daemonset', 'manual', 'one is new', ({ status }) => status['updatedNumberScheduled'] === 1);
  });

  it('counts a pod as available only some time after it is ready', async () => {
    const found = await cases.until('daemonset', 'patient', 'is ready', ({ status }) => status['numberReady'] === nodes.length);
    if (found.status['numberAvailable'] !== nodes.length) await cases.until('daemonset', 'patient', 'is available', ({ status }) => status['numberAvailable'] === nodes.length);
    const [pod] = await cases.pods('patient');
    expect(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });

  it('replaces a pod that has failed', async () => {
    explainFailure(kubectl);
    const [pod] = await cases.pods('patient');
    await cases.patch('pod', pod.metadata.name ?? '', { spec: { activeDeadlineSeconds: 1 } });
    await cases.untilEvent('DaemonSet', 'patient', /^Warning FailedDaemonPod Found failed daemon pod \S+\/patient-\w{5} on node \S+, will try to kill it$/);
    await eventually('another runs', async () => (await cases.pods('patient')).some(({ metadata, status }) => metadata.name !== pod.metadata.name && status?.phase === 'Running'));
  });

  it('stays on a cordoned node and comes to it', async () => {
    explainFailure(kubectl);
    const cordoned = { spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodes[0]] }] }] } } } } };
    await cases.apply(set('one', {}, templateOf('one', FOREVER, cordoned)));
    await cases.until('daemonset', 'one', 'runs on that node alone', ({ status }) => status['desiredNumberScheduled'] === 1 && status['numberReady'] === 1);
  });
});
