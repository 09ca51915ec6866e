import { beforeAll, describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../../lib/api/types';
import { defaultKubectl, explainFailure, useNamespace } from '../harness/case';
import { eventually } from '../harness/eventually';

const COUNT = 100;

/** As people write it for a virtual node: the toleration and the selector that such nodes ask for. */
const burst = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'burst' },
  spec: {
    replicas: 1, selector: { matchLabels: { app: 'burst' } },
    template: {
      metadata: { labels: { app: 'burst' } },
      spec: {
        terminationGracePeriodSeconds: 1, nodeSelector: { type: 'virtual-kubelet' }, tolerations: [{ key: 'virtual-kubelet.io/provider', operator: 'Exists' }],
        containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', 'trap exit TERM; sleep 3600 & wait'], resources: { requests: { cpu: '1m', memory: '1Mi' } } }],
      },
    },
  },
};

describe.skipIf(!defaultKubectl)('a hundred copies on one Docker host (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('many');
  const pods = async () => (JSON.parse(await kubectl('get pods -l app=burst -o json')) as { readonly items: readonly Pod[] }).items;
  const isReady = ({ status }: Pod) => status?.phase === 'Running' && status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');

  beforeAll(async () => {
    const { items: [node] } = JSON.parse(await kubectl('get nodes -o json')) as { readonly items: readonly Node[] };
    expect(Number(node.status?.allocatable?.['pods'])).toBeGreaterThan(COUNT);
    await kubectl(['label', 'node', node.metadata.name ?? '', 'type=virtual-kubelet', '--overwrite']);
    await kubectl('apply -f -', { input: JSON.stringify(burst) });
    await kubectl('rollout status deployment/burst --timeout=180s');
  });

  it('are scaled up until all of them run and are ready', async () => {
    explainFailure(kubectl);
    await kubectl(`scale deployment/burst --replicas=${COUNT}`);
    await kubectl('rollout status deployment/burst --timeout=500s', { limit: 510_000 });
    const all = await pods();
    expect(all.filter(isReady)).toHaveLength(COUNT);
    expect(new Set(all.map(({ status }) => status?.podIP)).size).toBe(COUNT);
    expect(await kubectl(`get deployment burst -o jsonpath={.status.readyReplicas}/{.status.availableReplicas}`)).toBe(`${COUNT}/${COUNT}`);
    // The last one answers as the first.
    expect(await kubectl(['exec', all[COUNT - 1].metadata.name ?? '', '--', 'echo', namespace])).toBe(`${namespace}\n`);
  });

  it('are scaled back until nothing is left', async () => {
    explainFailure(kubectl);
    await kubectl('scale deployment/burst --replicas=0');
    await eventually('no pod is left', async () => (await pods()).length === 0, 280_000);
  });
});
