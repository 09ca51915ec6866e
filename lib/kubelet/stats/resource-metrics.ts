import { nameOf, namespaceOf } from '../kubelet-context';
import type { NodeUsage } from './node-usage';
import { type PodUsage, sumOf } from './pod-usage';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at?: number;
}

const SECOND = 1e9;

/** `/metrics/resource`: processors and memory of containers, pods and the node, as counters with their time. Pure. Names follow the kubelet of Kubernetes 1.28. */
export function formatResourceMetrics(node: NodeUsage, pods: readonly PodUsage[]): string {
  const containers = pods.flatMap(({ pod, containers: usages }) => usages.map((usage) => ({ usage, labels: { container: usage.name, namespace: namespaceOf(pod), pod: nameOf(pod) } })));
  const running = pods.filter(({ containers: usages }) => usages.length > 0).map(({ pod, containers: usages }) => ({
    labels: { namespace: namespaceOf(pod), pod: nameOf(pod) }, at: Math.max(...usages.map(({ at }) => at)),
    cpu: sumOf(usages, ({ cpuNanoseconds }) => cpuNanoseconds), memory: sumOf(usages, ({ memoryWorkingSetBytes }) => memoryWorkingSetBytes),
  }));
  return [
    metric('container_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the container in core-seconds', containers.map(({ usage, labels }) => ({ labels, value: usage.cpuNanoseconds / SECOND, at: usage.at }))),
    metric('container_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the container in bytes', containers.map(({ usage, labels }) => ({ labels, value: usage.memoryWorkingSetBytes, at: usage.at }))),
    metric('container_start_time_seconds', 'gauge', '[STABLE] Start time of the container since unix epoch in seconds', containers.map(({ usage, labels }) => ({ labels, value: usage.startedAt / 1000, at: usage.at }))),
    metric('node_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the node in core-seconds', [{ labels: {}, value: node.cpuNanoseconds / SECOND, at: node.at }]),
    metric('node_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the node in bytes', [{ labels: {}, value: node.memory.workingSetBytes, at: node.at }]),
    metric('pod_cpu_usage_seconds_total', 'counter', '[STABLE] Cumulative cpu time consumed by the pod in core-seconds', running.map(({ labels, cpu, at }) => ({ labels, value: cpu / SECOND, at }))),
    metric('pod_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the pod in bytes', running.map(({ labels, memory, at }) => ({ labels, value: memory, at }))),
    metric('scrape_error', 'gauge', '[ALPHA] 1 if there was an error while getting container metrics, 0 otherwise', [{ labels: {}, value: 0 }]),
  ].filter(({ samples }) => samples.length > 0).map(format).join('');
}

const metric = (name: string, type: Metric['type'], help: string, samples: readonly Sample[]): Metric => ({ name, type, help, samples });

function format({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value, at }) => `${name}${formatLabels(labels)} ${value}${at === undefined ? '' : ` ${at}`}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
