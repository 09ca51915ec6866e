import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { conditionOf, PodCases, podOf, shell, stays } from './harness/pods';
import { TestRuntime } from './harness/runtime';

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly message: string }[];
    readonly capacity: Readonly<Record<string, string>>; readonly allocatable: Readonly<Record<string, string>>;
    readonly nodeInfo: Readonly<Record<string, string>>; readonly images: readonly { readonly names: readonly string[] }[];
  };
}

describe.skipIf(!defaultKubectl)('a node', () => {
  const { kubectl, namespace } = useNamespace('node');
  const cases = new PodCases(kubectl);

  it('says what it is, what it has and how it is', async () => {
    const { items: [node] } = JSON.parse(await kubectl('get nodes -o json')) as { items: NodeObject[] };
    expect(Object.fromEntries(node.status.conditions.map(({ type, status }) => [type, status]))).toMatchObject({ Ready: 'True', MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False' });
    expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': expect.any(String), 'kubernetes.io/arch': node.status.nodeInfo.architecture });
    for (const resource of ['cpu', 'memory', 'ephemeral-storage', 'pods']) expect(node.status.allocatable[resource]).toMatch(/^\d+/);
    for (const field of ['bootID', 'kernelVersion', 'osImage', 'containerRuntimeVersion', 'kubeletVersion', 'operatingSystem', 'architecture']) expect(node.status.nodeInfo[field]).not.toBe('');
    expect(node.status.images.length).toBeGreaterThan(0);
  });

  it('is described with what its pods were promised', async () => {
    explainFailure(kubectl);
    await cases.create(podOf('promised', { containers: [{ resources: { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '16Mi' } } }] }));
    const node = (await cases.running('promised')).spec.nodeName ?? '';
    const text = await kubectl(`describe node ${node}`);
    expect(text).toMatch(new RegExp(`${namespace} +promised +10m \\(\\d+%\\) +0 \\(0%\\) +8Mi \\(\\d+%\\) +16Mi \\(\\d+%\\)`));
    expect(text).toMatch(/Lease:\n +HolderIdentity: +\S+/);
    expect(text).toMatch(/Ready +True .*KubeletReady +kubelet is posting ready status/);
  });

  it('shows through its API what its kubelet says', async () => {
    const node = (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
    expect(await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/healthz`])).toBe('ok');
    expect(JSON.parse(await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/configz`]))).toMatchObject({
      kubeletconfig: { kind: 'KubeletConfiguration', evictionHard: { 'memory.available': expect.any(String) }, containerLogMaxFiles: expect.any(Number) },
    });
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('a node that is shut down', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const cases = new PodCases(kubectl);

  beforeAll(() => runtime.up({ shutdownGracePeriodByPodPriority: [{ priority: 0, shutdownGracePeriodSeconds: 10 }, { priority: 2_000_000_000, shutdownGracePeriodSeconds: 5 }] }));
  afterAll(() => runtime.end());

  it('ends its pods in order, gives them their time, and says on each why', async () => {
    explainFailure(kubectl);
    const slow = { terminationGracePeriodSeconds: 5, containers: [shell("trap 'sleep 1.2; exit 0' TERM; while :; do sleep 0.1; done")] };
    await cases.create(podOf('ordinary', slow), podOf('stubborn', { containers: [{}], terminationGracePeriodSeconds: 1 }));
    await kubectl('-n kube-system create -f -', { input: JSON.stringify(podOf('critical', { ...slow, priorityClassName: 'system-node-critical' })) });
    await cases.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'busybox:1.35', ...stays(':') }] } } } });
    for (const name of ['ordinary', 'stubborn']) await cases.running(name);
    await kubectl('-n kube-system wait --for=condition=Ready pod/critical --timeout=180s');
    await kubectl('rollout status deployment/web --timeout=180s');

    expect(await runtime.twelve(['stop', '--end-pods', ...runtime.target()])).toContain('its pods have ended');
    await runtime.up();
    for (const name of ['ordinary', 'stubborn']) {
      const pod = await cases.get(name);
      expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' });
      expect(conditionOf(pod, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' });
    }
    const endOf = async (name: string, namespace: string) => Date.parse(await kubectl(`-n ${namespace} get pod ${name} -o jsonpath={.status.containerStatuses[0].state.terminated.finishedAt}`));
    expect(await endOf('critical', 'kube-system')).toBeGreaterThan(await endOf('ordinary', 'default'));
    await eventually('what controllers keep runs again', async () => (await kubectl('get deployment web -o jsonpath={.status.readyReplicas}')) === '1');
    await eventually('the node is Ready', async () => (await kubectl('get nodes -o jsonpath={.items[0].status.conditions[?(@.type=="Ready")].status}')).trim() === 'True');
  });
});
