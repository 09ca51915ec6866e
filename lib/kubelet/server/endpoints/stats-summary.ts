import * as os from 'node:os';
import { toTime } from '../../../base/clock';
import type { ContainerState, ContainerStats } from '../../../cri/cri';
import { nameOf, namespaceOf, uidOf, type KubeletContext, type ReadonlyPod } from '../../kubelet-context';
import { PodRuntimeReader } from '../../pod-runtime';
import { sendJson, type Endpoint } from './endpoint';

/** What pods use, as the metrics API and `kubectl top` are fed. */
export const statsSummary: Endpoint = {
  path: '/stats/summary',
  async handle({ context, response, pods }) {
    const time = toTime(context.clock.now());
    const stats = await Promise.all(pods().map((pod) => podStats(context, pod, time)));
    const used = os.totalmem() - os.freemem();
    sendJson(response, {
      node: {
        nodeName: context.nodeName,
        startTime: toTime(context.clock.now() - os.uptime() * 1000),
        cpu: { time, usageNanoCores: Math.round(os.loadavg()[0] * 1e9) },
        memory: { time, availableBytes: os.freemem(), usageBytes: used, workingSetBytes: used },
      },
      pods: stats,
    });
  },
};

async function podStats(context: KubeletContext, pod: ReadonlyPod, time: string): Promise<object> {
  const { containers } = await new PodRuntimeReader(context.cri).read(uidOf(pod)).catch(() => ({ containers: [] }));
  const running = containers.filter(({ state }) => state === 'running');
  const stats = await Promise.all(running.map((container) => context.cri.containerStats(container.id).catch(() => undefined)));
  const known = stats.filter((value) => value !== undefined);
  const network = known.find((value) => value.network)?.network;
  return {
    podRef: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
    startTime: pod.status?.startTime,
    containers: running.flatMap((container, index) => containerStats(container, stats[index], time)),
    cpu: { time, usageCoreNanoSeconds: sum(known, ({ cpuNanoseconds }) => cpuNanoseconds) },
    memory: { time, usageBytes: sum(known, ({ memoryUsageBytes }) => memoryUsageBytes), workingSetBytes: sum(known, ({ memoryWorkingSetBytes }) => memoryWorkingSetBytes) },
    ...(network && { network: { time, name: 'eth0', rxBytes: network.receivedBytes, txBytes: network.sentBytes } }),
  };
}

function containerStats({ name, startedAt }: ContainerState, stats: ContainerStats | undefined, time: string): object[] {
  if (!stats) return [];
  return [{
    name,
    startTime: toTime(startedAt ?? 0),
    cpu: { time, usageCoreNanoSeconds: stats.cpuNanoseconds },
    memory: { time, usageBytes: stats.memoryUsageBytes, workingSetBytes: stats.memoryWorkingSetBytes, rssBytes: stats.memoryRssBytes },
  }];
}

const sum = <T>(values: readonly T[], of: (value: T) => number) => values.reduce((total, value) => total + of(value), 0);
