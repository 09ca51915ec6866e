import { describe, expect, it } from 'vitest';
import type { Pod, PodDisruptionBudget } from '../../lib/api/types';
import type { Candidate } from '../../lib/scheduler/preemption/victims';
import { choose, cluster, node, pod, tryPreempt } from './cluster';

const HIGH = 1000;
const urgent = (spec: object = {}, cpu = '3') => pod(spec, { cpu, priority: HIGH, labels: { app: 'urgent' } });
const running = (nodeName: string, cpu: string, priority = 0, more: object = {}): Pod => pod({}, { cpu, nodeName, priority, ...more });
const budget = (labels: Record<string, string>, disruptionsAllowed: number, disruptedPods = {}): PodDisruptionBudget => ({
  apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'budget', namespace: 'default' }, spec: { selector: { matchLabels: labels } }, status: { disruptionsAllowed, disruptedPods, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
});
const victimsOf = (preemption: ReturnType<typeof tryPreempt>) => (preemption as Candidate).victims.map(({ metadata: { name } }) => name);

describe('preemption', () => {
  it('ends the fewest pods of lower priority that make room', () => {
    const [small, large] = [running('a', '1'), running('a', '2')];
    expect(victimsOf(tryPreempt(urgent(), cluster([node('a')], [small, large])))).toEqual([large.metadata.name]);
  });

  it('lets those go on that matter more: by priority, then by age', () => {
    const [young, old] = [running('a', '2', 0, { startTime: '2026-01-02T00:00:00Z' }), running('a', '2', 0, { startTime: '2026-01-01T00:00:00Z' })];
    expect(victimsOf(tryPreempt(urgent({}, '2'), cluster([node('a')], [young, old])))).toEqual([young.metadata.name]);
    const important = running('b', '2', 5, { startTime: '2026-01-03T00:00:00Z' });
    const other = running('b', '2', 4, { startTime: '2026-01-01T00:00:00Z' });
    expect(victimsOf(tryPreempt(urgent({}, '2'), cluster([node('b')], [important, other])))).toEqual([other.metadata.name]);
  });

  it('takes the node whose disruption budgets hold, though its victim matters more', () => {
    const [guarded, free] = [running('a', '4', 1, { labels: { app: 'db' } }), running('b', '4', 2)];
    const where = () => cluster([node('a'), node('b')], [guarded, free]);
    expect(victimsOf(tryPreempt(urgent(), where()))).toEqual([guarded.metadata.name]);
    expect(victimsOf(tryPreempt(urgent(), where(), [budget({ app: 'db' }, 0)]))).toEqual([free.metadata.name]);
    expect(victimsOf(tryPreempt(urgent(), where(), [budget({ app: 'db' }, 1)]))).toEqual([guarded.metadata.name]);
    // Its eviction is counted already.
    expect(victimsOf(tryPreempt(urgent(), where(), [budget({ app: 'db' }, 0, { [guarded.metadata.name ?? '']: '2026-01-01T00:00:00Z' })]))).toEqual([guarded.metadata.name]);
  });

  it('takes the node whose most important victim matters least, then the lowest sum, then the fewest, then the youngest', () => {
    const pick = (...pods: Pod[]) => (tryPreempt(urgent({}, '4'), cluster([node('a'), node('b')], pods)) as Candidate).node;
    expect(pick(running('a', '4', 3), running('b', '2', 2), running('b', '2', 2))).toBe('b');
    expect(pick(running('a', '2', 3), running('a', '2', 1), running('b', '2', 3), running('b', '2', 0))).toBe('b');
    expect(pick(running('a', '2', 3), running('a', '2', -(2 ** 31)), running('b', '4', 3))).toBe('b');
    expect(pick(running('a', '4', 3, { startTime: '2026-01-01T00:00:00Z' }), running('b', '4', 3, { startTime: '2026-01-02T00:00:00Z' }))).toBe('b');
  });

  it('is no help where the pod would not fit anyway, and says why for each node', () => {
    const cordoned = node('c', { spec: { unschedulable: true } });
    const where = cluster([node('a', { cpu: '2' }), node('b'), cordoned], [running('a', '2'), running('b', '2', HIGH)]);
    expect(choose(urgent(), where)).toBe('0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. '
      + 'preemption: 0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling..');
  });

  it('is not for pods that ask never to do so', () => {
    expect(choose(urgent({ preemptionPolicy: 'Never' }), cluster([node('a')], [running('a', '4')]))).toBe('0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never..');
  });

  it('says nothing about itself when it helps', () => {
    expect(choose(urgent(), cluster([node('a')], [running('a', '4')]))).toBe('0/1 nodes are available: 1 Insufficient cpu.');
  });

  it('makes room among ports and anti-affinity too', () => {
    const ports = { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] };
    const [holder, bystander] = [pod({ ...ports, nodeName: 'a' }), running('a', '1')];
    expect(victimsOf(tryPreempt(urgent(ports), cluster([node('a')], [holder, bystander])))).toEqual([holder.metadata.name]);
    const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }] } } };
    const [near, far] = [running('a', '1'), running('a', '1', 0, { labels: { app: 'db' } })];
    expect(victimsOf(tryPreempt(urgent(apart, '1'), cluster([node('a')], [near, far])))).toEqual([near.metadata.name]);
  });
});

describe('a pod that waits for its victims to end', () => {
  it('does not end more of them meanwhile', () => {
    const ending = running('a', '4');
    const marked: Pod = {
      ...ending, metadata: { ...ending.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
      status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    };
    const where = cluster([node('a')], [marked]);
    const waiting = urgent();
    where.state.nominations.set(waiting, 'a');
    expect(tryPreempt(waiting, where)).toEqual({ message: 'not eligible due to a terminating pod on the nominated node.', keepsNode: true });
  });

  it('keeps its place from pods that are not more important, and has it first itself', () => {
    const where = cluster([node('a'), node('b', { cpu: '8' })], [running('b', '1')]);
    const waiting = urgent();
    where.state.nominations.set(waiting, 'a');
    expect(choose(pod({ nodeSelector: { 'kubernetes.io/hostname': 'a' } }, { cpu: '2', priority: 1 }), where)).toContain('1 Insufficient cpu');
    expect(choose(pod({ nodeSelector: { 'kubernetes.io/hostname': 'a' } }, { cpu: '2', priority: HIGH + 1 }), where)).toBe('a');
    expect(choose(waiting, where)).toBe('a');
  });
});
