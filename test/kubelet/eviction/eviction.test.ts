import { describe, expect, it } from 'vitest';
import type { core } from '../../../lib/api/types';
import { kubeletConfiguration } from '../../../lib/kubelet/configuration/kubelet-configuration';
import { evictionMessage } from '../../../lib/kubelet/eviction/messages';
import { metThresholds, pressuresSeen, type MetThreshold } from '../../../lib/kubelet/eviction/pressure';
import { rankForEviction, type PodConsumption } from '../../../lib/kubelet/eviction/rank';
import { hasStorageLimits, storageProblem } from '../../../lib/kubelet/eviction/storage-limits';
import { pressureProblem } from '../../../lib/kubelet/admission/pressure';
import { podOf } from '../builders';

const MIB = 2 ** 20;
const memory = (mebibytes: number) => ({ 'memory.available': { available: mebibytes * MIB, capacity: 1000 * MIB } });

describe('thresholds', () => {
  const { eviction } = kubeletConfiguration({
    evictionHard: { 'memory.available': '10%', 'nodefs.available': '100Mi' }, evictionSoft: { 'memory.available': '20%' }, evictionSoftGracePeriod: { 'memory.available': '30s' },
    evictionMinimumReclaim: { 'memory.available': '50Mi' },
  });
  const kinds = (met: readonly MetThreshold[]) => met.map(({ kind, due }) => `${kind} ${due}`);

  it('are crossed below them, memory first', () => {
    expect(metThresholds(eviction, memory(200), [], 0)).toEqual([]);
    expect(metThresholds(eviction, { ...memory(50), 'nodefs.available': { available: 1, capacity: 10 } }, [], 0).map(({ signal }) => signal)).toEqual(['memory.available', 'memory.available', 'nodefs.available']);
  });

  it('are endured when they are soft, for as long as is said', () => {
    const first = metThresholds(eviction, memory(150), [], 1_000);
    expect(kinds(first)).toEqual(['soft false']);
    expect(kinds(metThresholds(eviction, memory(150), first, 31_000))).toEqual(['soft true']);
  });

  it('stay crossed until the minimum reclaim is free too', () => {
    const first = metThresholds(eviction, memory(90), [], 0);
    expect(kinds(metThresholds(eviction, memory(140), first, 0))).toContain('hard true');
    expect(kinds(metThresholds(eviction, memory(160), first, 0))).not.toContain('hard true');
  });

  it('are shown for a while after they are over', () => {
    const seen = pressuresSeen(new Map(), metThresholds(eviction, memory(50), [], 0), 0, 300_000);
    expect([...pressuresSeen(seen, [], 299_999, 300_000).keys()]).toEqual(['MemoryPressure']);
    expect([...pressuresSeen(seen, [], 300_000, 300_000).keys()]).toEqual([]);
  });
});

const consumption = (name: string, used: number, request: string | undefined, spec: Partial<core.PodSpec> = {}): PodConsumption => ({
  pod: podOf({ containers: [{ name: 'app', image: 'busybox', ...(request && { resources: { requests: { memory: request } } }) }], ...spec }, { name }),
  containers: [{ name: 'app', memoryBytes: used * MIB, diskBytes: 0, processes: 0 }], volumeBytes: 0,
});

describe('who is evicted', () => {
  it('are those above their requests, the least important, the greatest above, and never critical ones', () => {
    const ranked = rankForEviction('memory.available', [
      consumption('within', 10, '100Mi'), consumption('above', 120, '100Mi'), consumption('more', 150, '100Mi'), consumption('important', 900, undefined, { priority: 10 }),
      consumption('system', 900, undefined, { priority: 2_000_000_000 }), consumption('without', 40, undefined),
    ]);
    expect(ranked.map(({ pod }) => pod.metadata.name)).toEqual(['more', 'without', 'above', 'important', 'within']);
  });

  it('are told why in upstream\'s words', () => {
    const threshold: MetThreshold = { signal: 'memory.available', kind: 'hard', minimum: 100 * MIB, available: 51_200, since: 0, due: true };
    expect(evictionMessage(threshold, consumption('more', 150, '100Mi'))).toBe(
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Ki. Container app was using 150Mi, request is 100Mi, has larger consumption of memory. ');
    expect(evictionMessage(threshold, consumption('within', 50, '100Mi'))).toBe('The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Ki. ');
  });

  it('are also pods that come, but with memory alone only those that asked for none', () => {
    const best = podOf();
    const burstable = consumption('b', 0, '1Mi').pod;
    expect(pressureProblem(best, ['MemoryPressure'])).toEqual({ reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' });
    expect(pressureProblem(burstable, ['MemoryPressure'])).toBeUndefined();
    expect(pressureProblem(podOf({ tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }] }), ['MemoryPressure'])).toBeUndefined();
    expect(pressureProblem(burstable, ['DiskPressure'])).toMatchObject({ message: 'The node had condition: [DiskPressure]. ' });
    expect(pressureProblem(podOf({ priority: 2_000_000_000 }), ['DiskPressure'])).toBeUndefined();
  });
});

describe('local storage', () => {
  const limited = podOf({
    containers: [{ name: 'app', image: 'busybox', resources: { limits: { 'ephemeral-storage': '2Mi' } } }], volumes: [{ name: 'x', emptyDir: { sizeLimit: '1Mi' } }],
  });
  const usage = (volume: number, container: number) => ({ emptyDirs: new Map([['x', volume]]), containers: new Map([['app', container]]) });

  it('is measured only for pods with limits', () => {
    expect(hasStorageLimits(limited)).toBe(true);
    expect(hasStorageLimits(podOf({ volumes: [{ name: 'x', emptyDir: {} }] }))).toBe(false);
  });

  it('ends pods over the limit of a volume, of the pod, of a container', () => {
    expect(storageProblem(limited, usage(MIB, MIB))).toBeUndefined();
    expect(storageProblem(limited, usage(MIB + 1, 0))).toBe('Usage of EmptyDir volume "x" exceeds the limit "1Mi". ');
    expect(storageProblem(limited, usage(MIB, MIB + 1))).toBe('Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ');
    const other = podOf({ containers: [...limited.spec.containers, { name: 'free', image: 'busybox' }] });
    expect(storageProblem(other, { emptyDirs: new Map(), containers: new Map([['app', 3 * MIB]]) })).toBe('Container app exceeded its local ephemeral storage limit "2Mi". ');
  });
});
