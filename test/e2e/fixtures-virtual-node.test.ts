import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';

const manifest = path.resolve(__dirname, '../../../shared/fixtures/virtual-node.yaml');
const available = defaultKubectl !== undefined && fs.existsSync(manifest) && !process.env.TWELVE_E2E_KUBECONFIG;

/** The node of a runtime of its own: label and taint would keep other cases' pods away. */
describe.skipIf(!available)('virtual-node.yaml', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const pods = async () => (JSON.parse(await kubectl('get pods -l app=burst -o json')) as { items: { spec: { nodeName?: string }; status: { phase: string; conditions?: { type: string; status: string }[] } }[] }).items;

  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());

  it('waits for a node of its label, runs there 100 times in spite of the taint, and goes back to one', async () => {
    await kubectl('apply -f -', { input: fs.readFileSync(manifest, 'utf8') });
    await eventually('the pod waits for a node', async () => (await pods())[0]?.status.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False'));
    const node = (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
    await kubectl(`taint node ${node} virtual-kubelet.io/provider=twelve:NoSchedule`);
    await kubectl(`label node ${node} type=virtual-kubelet`);
    await kubectl('rollout status deployment/burst --timeout=180s');

    await kubectl('scale deployment/burst --replicas=100');
    await kubectl('rollout status deployment/burst --timeout=400s', { limit: 410_000 });
    const all = await pods();
    expect(all.filter(({ status }) => status.phase === 'Running')).toHaveLength(100);
    expect(new Set(all.map(({ spec }) => spec.nodeName))).toEqual(new Set([node]));

    await kubectl('scale deployment/burst --replicas=1');
    await eventually('one pod is left', async () => (await pods()).length === 1);
    // A pod that does not tolerate the taint stays away from the node.
    await kubectl('run other --image=busybox:1.35 -- sleep 60');
    await kubectl('wait --for=condition=PodScheduled=false pod/other --timeout=180s');
  });
});
