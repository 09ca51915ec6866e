import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { conditionOf, PodCases, podOf, stays } from './harness/pods';
import { TestRuntime } from './harness/runtime';

describe.skipIf(!defaultKubectl)('limits of local storage', () => {
  const { kubectl } = useNamespace('local-storage');
  const cases = new PodCases(kubectl);
  const limits = { resources: { limits: { 'ephemeral-storage': '1Mi' } } };
  const write = (file: string) => stays(`dd if=/dev/zero of=${file} bs=1M count=3`);

  it('end a pod that writes more than it may, and say where', async () => {
    explainFailure(kubectl);
    const mount = { volumeMounts: [{ name: 'x', mountPath: '/x' }] };
    await cases.create(
      podOf('volume', { containers: [{ ...write('/x/file'), ...mount }], volumes: [{ name: 'x', emptyDir: { sizeLimit: '1Mi' } }] }),
      podOf('layer', { containers: [{ ...write('/file'), ...limits }, {}] }),
      podOf('sum', { containers: [{ ...write('/x/file'), ...limits, ...mount }], volumes: [{ name: 'x', emptyDir: {} }] }),
      podOf('modest', { containers: [{ ...stays('echo little > /file'), ...limits }] }),
    );
    const messages = {
      volume: 'Usage of EmptyDir volume "x" exceeds the limit "1Mi". ', layer: 'Container c exceeded its local ephemeral storage limit "1Mi". ',
      sum: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ',
    };
    for (const [name, message] of Object.entries(messages)) {
      const { status } = await cases.ended(name);
      expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message });
      await cases.event(name, 'Evicted', message.trim());
    }
    expect((await cases.get('modest')).status?.phase).toBe('Running');
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('a node that is short of memory', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const cases = new PodCases(kubectl);
  const requesting = (memory: string) => ({ resources: { requests: { memory } } });
  const nodeCondition = async () => JSON.parse(await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].status.conditions[?(@.type=="MemoryPressure")]}'])) as { status: string; reason: string };

  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());

  it('says so, evicts pods in order of their claims, keeps critical ones, and takes no new ones that asked for nothing', async () => {
    explainFailure(kubectl);
    expect(await nodeCondition()).toMatchObject({ status: 'False', reason: 'KubeletHasSufficientMemory' });
    const critical = { priorityClassName: 'system-node-critical' };
    await cases.create(podOf('greedy', { containers: [stays(':')] }), podOf('within', { containers: [stays(':', requesting('64Mi'))] }));
    await kubectl('-n kube-system create -f -', { input: JSON.stringify(podOf('critical', { ...critical, containers: [stays(':')] })) });
    await cases.running('greedy');
    await cases.running('within');
    await kubectl('-n kube-system wait --for=condition=Ready pod/critical --timeout=180s');

    // More than this machine has: short from the first look on, without a byte being taken.
    await runtime.twelve(['stop', ...runtime.target()]);
    await runtime.up({ evictionHard: { 'memory.available': '99%' } });
    const { status, ...greedy } = await cases.ended('greedy');
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(status?.message).toMatch(/^The node was low on resource: memory\. Threshold quantity: \d+(Ki|Mi|Gi)?, available: \d+(Ki|Mi|Gi)?\. Container c was using \d+(Ki|Mi)?, request is 0, has larger consumption of memory\. $/);
    expect(conditionOf({ ...greedy, status }, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet', message: status?.message });
    await cases.event('greedy', 'Evicted', 'The node was low on resource: memory.');
    await eventually('the node says so', async () => (await nodeCondition()).status === 'True');
    expect(await nodeCondition()).toMatchObject({ status: 'True', reason: 'KubeletHasInsufficientMemory' });
    await eventually('the node has the taint', async () => (await kubectl('get nodes -o jsonpath={.items[0].spec.taints[*].key}')).includes('node.kubernetes.io/memory-pressure'));
    await eventually('Events tell', async () => {
      const events = await kubectl('get events -o jsonpath={.items[*].reason}');
      return events.includes('NodeHasInsufficientMemory') && events.includes('EvictionThresholdMet');
    });

    const node = (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
    await cases.create(podOf('late', { nodeName: node, containers: [stays(':')] }));
    expect((await cases.ended('late')).status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: expect.stringContaining('The node had condition: [MemoryPressure]. ') });

    expect((await cases.ended('within')).status).toMatchObject({ reason: 'Evicted' });
    expect(await kubectl('-n kube-system get pod critical -o jsonpath={.status.phase}')).toBe('Running');
    fs.rmSync(path.join(runtime.dataDirectory, 'node', 'kubelet.yaml'), { force: true });
    await runtime.twelve(['stop', ...runtime.target()]);
    await runtime.up();
    await eventually('the node has enough again', async () => (await nodeCondition()).status === 'False');
    await eventually('the taint is gone', async () => !(await kubectl('get nodes -o jsonpath={.items[0].spec.taints[*].key}')).includes('memory-pressure'));
  });
});
