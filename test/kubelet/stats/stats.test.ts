import { describe, expect, it } from 'vitest';
import { candidates, parseFlatKeyed, usageOf } from '../../../lib/cri/docker/cgroup-reader';
import { CpuRates } from '../../../lib/kubelet/stats/cpu-rates';
import { parseCpuNanoseconds, parseInterfaces, parseMemory } from '../../../lib/kubelet/stats/node-usage';

describe('counters of the kernel', () => {
  it('are looked for where the process says it belongs, in both versions of cgroups', () => {
    const places = candidates('abc', '4:memory:/kubepods/abc\n0::/kubepods/abc\n1:cpu:/../other\n').map(({ version, cpu }) => `${version} ${cpu}`);
    expect(places.slice(0, 2)).toEqual(['2 /sys/fs/cgroup/kubepods/abc/cpu.stat', '1 /sys/fs/cgroup/cpuacct/kubepods/abc/cpuacct.usage']);
    expect(places).toContain('2 /proc/1/root/sys/fs/cgroup/system.slice/docker-abc.scope/cpu.stat');
    expect(places.join()).not.toContain('other');
  });

  it('count no memory as used that the kernel can drop', () => {
    const statistics = parseFlatKeyed('total_inactive_file 300\ntotal_rss 500\ntotal_pgfault 7\ninactive_file 1\n');
    expect(usageOf(5, 1000, statistics, 'total_')).toEqual({ cpuNanoseconds: 5, memoryUsageBytes: 1000, memoryWorkingSetBytes: 700, memoryRssBytes: 500, pageFaults: 7, majorPageFaults: 0 });
    expect(usageOf(5, 1000, parseFlatKeyed('anon 400\ninactive_file 100\n'), '')).toMatchObject({ memoryWorkingSetBytes: 900, memoryRssBytes: 400 });
  });

  it('of the host leave idle time, the loopback and droppable memory out', () => {
    expect(parseCpuNanoseconds('cpu  100 10 50 9999 500 5 5 0 0 0\ncpu0 1 1 1 1\n')).toBe(170e7);
    expect(parseMemory('MemTotal:  1000 kB\nMemFree:  300 kB\nInactive(file): 200 kB\nAnonPages: 50 kB\n')).toEqual({ availableBytes: 500 * 1024, usageBytes: 700 * 1024, workingSetBytes: 500 * 1024, rssBytes: 50 * 1024 });
    expect(parseInterfaces('Inter-| x\n face |bytes\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0\n  eth0: 10 1 2 0 0 0 0 0 30 1 4 0\n')).toEqual([{ name: 'eth0', rxBytes: 10, rxErrors: 2, txBytes: 30, txErrors: 4 }]);
  });
});

describe('a rate of a counter', () => {
  it('is known from the second question on, and the same within a second', () => {
    const rates = new CpuRates();
    const asked = [[0, 0], [500, 1e9], [2000, 3e9], [2500, 9e9], [4000, 4e9]].map(([at, nanoseconds]) => rates.tryRate('x', { at, nanoseconds }));
    expect(asked).toEqual([undefined, undefined, 1.5e9, 1.5e9, 5e8]);
    expect(rates.tryRate('x', { at: 9000, nanoseconds: 1 })).toBeUndefined(); // began anew
  });
});
