import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../lib/api/types';
import type { PodMetrics } from '../../../lib/controllers/horizontal-pod-autoscaler/pod-metrics';
import { type CalculatorOptions, replicaCalculator } from '../../../lib/controllers/horizontal-pod-autoscaler/replica-calculator';

const NOW = Date.UTC(2024, 0, 1, 12);
const MINUTE = 60_000;
const options: CalculatorOptions = { tolerance: 0.1, readiness: { now: NOW, cpuInitializationMilliseconds: 5 * MINUTE, initialReadinessMilliseconds: 30_000 } };

interface PodOptions {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly startedAgo?: number;
  readonly changedAgo?: number;
  readonly deleted?: boolean;
  readonly request?: string;
}

function pod(name: string, { ready = true, phase = 'Running', startedAgo = 60 * MINUTE, changedAgo = startedAgo, deleted = false, request = '1' }: PodOptions = {}): Pod {
  const time = (ago: number) => new Date(NOW - ago).toISOString();
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, ...(deleted && { deletionTimestamp: time(0) }) },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: request } } }] },
    status: { phase, startTime: time(startedAgo), conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time(changedAgo) }] },
  };
}

const pods = (count: number, settings?: PodOptions) => Array.from({ length: count }, (_, index) => pod(`p${index}`, settings));
const metrics = (...values: readonly number[]): PodMetrics => new Map(values.map((value, index) => [`p${index}`, { value, at: NOW, windowMilliseconds: MINUTE }]));
const utilization = (target: number, all: readonly Pod[], found: PodMetrics, current = all.length) => replicaCalculator.forUtilization({ current, pods: all, metrics: found, resource: 'cpu', target }, options);

describe('replicas by the utilization of the processor', () => {
  it.each([
    { name: 'grow by the ratio, rounded up', target: 30, all: pods(3), found: metrics(300, 500, 700), replicas: 5, percent: 50 },
    { name: 'shrink by the ratio', target: 50, all: pods(5), found: metrics(100, 300, 500, 250, 250), replicas: 3, percent: 28 },
    { name: 'stay within a tenth of the target', target: 100, all: pods(3, { request: '0.9' }), found: metrics(950, 950, 950), replicas: 3, percent: 105 },
    { name: 'stay when pods without numbers could carry the load', target: 50, all: pods(4), found: metrics(600, 600, 600), replicas: 4, percent: 60 },
    { name: 'grow by less when pods without numbers count as idle', target: 50, all: pods(4), found: metrics(1000, 1000, 1000), replicas: 6, percent: 100 },
    { name: 'do not shrink when pods without numbers count as busy', target: 50, all: pods(4), found: metrics(400, 400, 400), replicas: 4, percent: 40 },
    { name: 'never turn the direction by a guess', target: 80, all: pods(2), found: metrics(700), replicas: 2, percent: 70 },
    { name: 'leave pods out that are being deleted or have failed', target: 50, all: [...pods(2), pod('p2', { deleted: true }), pod('p3', { phase: 'Failed' })], found: metrics(1000, 1000, 5000, 5000), replicas: 4, percent: 100 },
    { name: 'shrink by what ready pods use, without the pending', target: 100, all: [...pods(3), pod('p3', { phase: 'Pending' })], found: metrics(200, 200, 200), replicas: 1, percent: 20 },
    { name: 'grow as if the pending were idle', target: 30, all: [...pods(3), pod('p3', { phase: 'Pending' })], found: metrics(500, 500, 700), replicas: 6, percent: 56 },
  ])('$name', ({ target, all, found, replicas, percent }) => {
    expect(utilization(target, all, found)).toMatchObject({ replicas, utilization: percent });
  });

  it('does not believe the start of a pod until it was ready for a whole span', () => {
    const young = (changedAgo: number) => [...pods(1), pod('p1', { startedAgo: 2 * MINUTE, changedAgo })];
    expect(utilization(50, young(30_000), metrics(500, 9000), 2)).toMatchObject({ replicas: 2, utilization: 50 });
    expect(utilization(50, young(90_000), metrics(500, 1500), 2)).toMatchObject({ replicas: 4, utilization: 100 });
  });

  it('believes pods that became unready later, not those that never were ready', () => {
    const unready = (changedAgo: number) => [...pods(1), pod('p1', { ready: false, startedAgo: 60 * MINUTE, changedAgo })];
    expect(utilization(50, unready(10 * MINUTE), metrics(500, 1500), 2).utilization).toBe(100);
    expect(utilization(50, unready(60 * MINUTE - 1000), metrics(500, 1500), 2).utilization).toBe(50);
  });

  it('says what is missing', () => {
    const without: Pod = { ...pod('p0'), spec: { containers: [{ name: 'c' }] } };
    expect(() => utilization(50, [], metrics(1))).toThrow('no pods returned by selector while calculating replica count');
    expect(() => utilization(50, [without], metrics(1))).toThrow('missing request for cpu in container c of Pod p0');
    expect(() => utilization(50, [pod('p0', { phase: 'Pending' })], metrics())).toThrow('did not receive metrics for targeted pods (pods might be unready)');
    expect(() => replicaCalculator.forUtilization({ current: 1, pods: pods(1), metrics: metrics(1), resource: 'cpu', container: 'x', target: 5 }, options)).toThrow('container x not found in Pod p0');
  });
});

describe('replicas by values', () => {
  it('divide an average among the pods', () => {
    const ask = (target: number, found: PodMetrics) => replicaCalculator.forAverage({ current: 3, pods: pods(3), metrics: found, resource: '', target }, options);
    expect(ask(15_000, metrics(20_000, 10_000, 30_000))).toEqual({ replicas: 4, value: 20_000 });
    expect(ask(20_000, metrics(10_000, 10_000, 10_000))).toEqual({ replicas: 2, value: 10_000 });
    expect(ask(20_000, metrics(10_000, 10_000))).toEqual({ replicas: 2, value: 10_000 }); // the third is taken to be at the target
    expect(ask(10_000, metrics(11_000, 10_000, 10_000))).toEqual({ replicas: 3, value: 10_333 });
  });

  it('compare a whole value with what the ready pods make', () => {
    const all = [...pods(2), pod('p2', { ready: false })];
    expect(replicaCalculator.forWhole({ current: 3, pods: all, usage: 30_000, target: 10_000 }, options)).toEqual({ replicas: 6, value: 30_000 });
    expect(replicaCalculator.forWhole({ current: 3, pods: all, usage: 10_900, target: 10_000 }, options).replicas).toBe(3);
    expect(replicaCalculator.forWhole({ current: 0, pods: [], usage: 15_000, target: 10_000 }, options).replicas).toBe(2);
  });

  it('share a whole value among all replicas', () => {
    expect(replicaCalculator.forSharedAverage({ replicas: 3, usage: 50_000, target: 10_000 }, options)).toEqual({ replicas: 5, value: 16_667 });
    expect(replicaCalculator.forSharedAverage({ replicas: 3, usage: 31_000, target: 10_000 }, options).replicas).toBe(3);
    expect(replicaCalculator.forSharedAverage({ replicas: 0, usage: 5_000, target: 10_000 }, options).replicas).toBe(1);
  });
});
