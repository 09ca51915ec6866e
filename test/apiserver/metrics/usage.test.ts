import { describe, expect, it } from 'vitest';
import { goDuration } from '../../../lib/apiserver/metrics/metrics-api';
import { parseResourceMetrics } from '../../../lib/apiserver/metrics/resource-samples';
import { tryNodeUsage, tryPodUsage } from '../../../lib/apiserver/metrics/usage';
import { formatResourceMetrics } from '../../../lib/kubelet/stats/resource-metrics';
import type { NodeUsage } from '../../../lib/kubelet/stats/node-usage';
import type { ContainerUsage } from '../../../lib/kubelet/stats/pod-usage';

const START = Date.UTC(2024, 0, 1);

function look(at: number, containers: readonly (Partial<ContainerUsage> & { readonly name: string })[]) {
  const memory = { availableBytes: 0, usageBytes: 0, workingSetBytes: 4096, rssBytes: 0, pageFaults: 0, majorPageFaults: 0 };
  const node: NodeUsage = { at, bootAt: 0, cpuNanoseconds: (at - START) * 2e6, memory, interfaces: [] };
  const usages = containers.map((container): ContainerUsage => ({ id: container.name, startedAt: START, at, cpuNanoseconds: 0, memoryUsageBytes: 0, memoryWorkingSetBytes: 2048, memoryRssBytes: 0, ...container }));
  return parseResourceMetrics(formatResourceMetrics(node, [{ pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [] } }, containers: usages }]));
}

describe('what is used between two looks at a node', () => {
  it('is the growth of the counters over the time, and the memory of the second', () => {
    const pair = { before: look(START + 10_000, [{ name: 'a', cpuNanoseconds: 1e9 }]), now: look(START + 20_000, [{ name: 'a', cpuNanoseconds: 3.5e9 }]) };
    expect(tryNodeUsage(pair)).toEqual({ at: START + 20_000, windowMilliseconds: 10_000, cpu: '2000000000n', memory: '4Ki' });
    expect(tryPodUsage(pair, 'shop/web')?.get('a')).toEqual({ at: START + 20_000, windowMilliseconds: 10_000, cpu: '250000000n', memory: '2Ki' });
  });

  it('counts from the start of a container that was not there before, or was started again', () => {
    const now = look(START + 20_000, [{ name: 'a', cpuNanoseconds: 1e9, startedAt: START + 15_000 }]);
    for (const before of [look(START + 10_000, []), look(START + 10_000, [{ name: 'a', cpuNanoseconds: 9e9 }])]) {
      expect(tryPodUsage({ before, now }, 'shop/web')?.get('a')).toMatchObject({ windowMilliseconds: 5000, cpu: '200000000n' });
    }
  });

  it('is unknown for a pod of which one container was only just started', () => {
    const before = look(START + 10_000, [{ name: 'a' }]);
    const now = look(START + 20_000, [{ name: 'a' }, { name: 'b', startedAt: START + 19_500 }]);
    expect(tryPodUsage({ before, now }, 'shop/web')).toBeUndefined();
    expect(tryPodUsage({ before, now }, 'shop/other')).toBeUndefined();
    expect(tryNodeUsage({ before: undefined, now })).toBeUndefined();
  });

  it('has spans as Go writes them', () => {
    expect([goDuration(15_021), goDuration(60_500), goDuration(1000)]).toEqual(['15.021s', '1m0.5s', '1s']);
  });
});
