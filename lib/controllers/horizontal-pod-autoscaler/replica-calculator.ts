import { milliValue } from '../../api/quantity';
import { isPodReady } from '../../api/pods';
import { groupPods, type PodGroups, type PodMetrics, type Readiness, type ReadPod, withoutPods } from './pod-metrics';

export interface CalculatorOptions {
  /** How far from the target is near enough: 0.1 is a tenth. */
  readonly tolerance: number;
  readonly readiness: Readiness;
}

/** What a metric asks for. `value` and `utilization` are what the status shows. */
export interface Proposal {
  readonly replicas: number;
  /** Average of a pod, or the whole number; in thousandths. */
  readonly value: number;
  /** Percent of what is requested. */
  readonly utilization?: number;
}

/** Usage against the target. `percent` only where the target is a utilization. */
interface Ratio {
  readonly ratio: number;
  readonly average: number;
  readonly percent?: number;
}

type Measure = (metrics: PodMetrics) => Ratio;

/**
 * How many replicas a target asks for. All pure; throw what the autoscaler says in its condition. Follow the replica calculator of Kubernetes 1.28: pods without
 * numbers are taken for idle when more replicas are asked for and for busy when fewer are, and no guess may turn the direction.
 */
export const replicaCalculator = { forUtilization, forAverage, forWhole, forSharedAverage };

export interface UtilizationQuestion {
  readonly current: number;
  readonly pods: readonly ReadPod[];
  readonly metrics: PodMetrics;
  readonly resource: string;
  /** Only this container of each pod. */
  readonly container?: string;
  /** Percent. */
  readonly target: number;
}

/** Percent of the requests of the pods. */
function forUtilization({ current, pods, metrics: all, resource, container, target }: UtilizationQuestion, options: CalculatorOptions): Proposal {
  requirePods(pods);
  const groups = groupPods(pods, all, resource, options.readiness);
  const metrics = known(all, groups);
  const requests = requestsOf(pods, resource, container);
  const measure: Measure = (given) => utilizationRatio(given, requests, target);
  const busy = (name: string) => Math.floor(((requests.get(name) ?? 0) * Math.max(100, target)) / 100);
  const { average, percent } = measure(metrics);
  return { replicas: replicasFor({ current, groups, metrics, measure, busy }, options.tolerance), value: average, utilization: percent };
}

export interface AverageQuestion {
  readonly current: number;
  readonly pods: readonly ReadPod[];
  readonly metrics: PodMetrics;
  /** '' for what is not a resource of pods. */
  readonly resource: string;
  /** Thousandths. */
  readonly target: number;
}

/** A value that each pod should have. */
function forAverage({ current, pods, metrics: all, resource, target }: AverageQuestion, options: CalculatorOptions): Proposal {
  requirePods(pods);
  const groups = groupPods(pods, all, resource, options.readiness);
  const metrics = known(all, groups);
  const measure: Measure = (given) => averageRatio(given, target);
  return { replicas: replicasFor({ current, groups, metrics, measure, busy: () => target }, options.tolerance), value: measure(metrics).average };
}

/** One value of something else, which the ready pods make together. */
function forWhole({ current, pods, usage, target }: { readonly current: number; readonly pods: readonly ReadPod[]; readonly usage: number; readonly target: number }, { tolerance }: CalculatorOptions): Proposal {
  const ratio = usage / target;
  if (current === 0) return { replicas: Math.ceil(ratio), value: usage };
  if (isNear(ratio, tolerance)) return { replicas: current, value: usage };
  if (pods.length === 0) throw new Error('unable to calculate ready pods: no pods returned by selector while calculating replica count');
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length;
  return { replicas: Math.ceil(ratio * ready), value: usage };
}

/** One value of something else, divided among the replicas. */
function forSharedAverage({ replicas, usage, target }: { readonly replicas: number; readonly usage: number; readonly target: number }, { tolerance }: CalculatorOptions): Proposal {
  const near = isNear(usage / (target * replicas), tolerance);
  return { replicas: near ? replicas : Math.ceil(usage / target), value: replicas === 0 ? usage : Math.ceil(usage / replicas) };
}

interface Question {
  readonly current: number;
  readonly groups: PodGroups;
  readonly metrics: PodMetrics;
  readonly measure: Measure;
  /** What a pod is taken to use that does not say. */
  readonly busy: (name: string) => number;
}

function replicasFor({ current, groups: { readyCount, unready, missing }, metrics, measure, busy }: Question, tolerance: number): number {
  const { ratio } = measure(metrics);
  const upWithUnready = unready.size > 0 && ratio > 1;
  if (!upWithUnready && missing.size === 0) return isNear(ratio, tolerance) ? current : Math.ceil(ratio * readyCount);
  const guessed = new Map(metrics);
  const guess = (names: ReadonlySet<string>, value: (name: string) => number) => {
    for (const name of names) guessed.set(name, { value: value(name), at: 0, windowMilliseconds: 0 });
  };
  if (ratio < 1) guess(missing, busy);
  else if (ratio > 1) guess(missing, () => 0);
  if (upWithUnready) guess(unready, () => 0);
  const cautious = measure(guessed).ratio;
  if (isNear(cautious, tolerance) || (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1)) return current;
  const replicas = Math.ceil(cautious * guessed.size);
  return (cautious < 1 && replicas > current) || (cautious > 1 && replicas < current) ? current : replicas;
}

const isNear = (ratio: number, tolerance: number) => Math.abs(1 - ratio) <= tolerance;

function requirePods(pods: readonly ReadPod[]): void {
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
}

function known(metrics: PodMetrics, { ignored, unready }: PodGroups): PodMetrics {
  const left = withoutPods(metrics, ignored, unready);
  if (left.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  return left;
}

function averageRatio(metrics: PodMetrics, target: number): Ratio {
  const total = [...metrics.values()].reduce((sum, { value }) => sum + value, 0);
  const average = Math.trunc(total / metrics.size);
  return { ratio: average / target, average };
}

function utilizationRatio(metrics: PodMetrics, requests: ReadonlyMap<string, number>, target: number): Ratio {
  let used = 0;
  let requested = 0;
  let count = 0;
  for (const [name, { value }] of metrics) {
    const request = requests.get(name);
    if (request === undefined) continue;
    used += value;
    requested += request;
    count += 1;
  }
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  const percent = Math.trunc((used * 100) / requested);
  return { ratio: percent / target, percent, average: Math.trunc(used / count) };
}

/** In thousandths, by name of the pod. */
export function requestsOf(pods: readonly ReadPod[], resource: string, container?: string): ReadonlyMap<string, number> {
  return new Map(pods.map((pod) => {
    const { name = '' } = pod.metadata;
    const containers = pod.spec.containers.filter((candidate) => container === undefined || candidate.name === container);
    if (containers.length === 0 && container !== undefined) throw new Error(`container ${container} not found in Pod ${name}`);
    return [name, containers.reduce((sum, { name: own, resources }) => {
      const request = resources?.requests?.[resource];
      if (request === undefined) throw new Error(`missing request for ${resource} in container ${own} of Pod ${name}`);
      return sum + milliValue(request);
    }, 0)];
  }));
}
