import { toTime } from '../../../base/clock';
import { readNodeUsage, tryDiskUsage } from '../../stats/node-usage';
import { readPodUsages, sumOf } from '../../stats/pod-usage';
import { nodeStats, podStats, type SummaryContext } from '../../stats/summary';
import { sendJson, type Endpoint } from './endpoint';

/** What the node and its pods use. With `only_cpu_and_memory=true` without what takes long to count: disks. */
export const statsSummary: Endpoint = {
  path: '/stats/summary',
  async handle({ context, response, pods, query, cpuRates }) {
    const disk = query.get('only_cpu_and_memory') === 'true' ? undefined : await tryDiskUsage(context.dataDirectory);
    const summary: SummaryContext = { context, rates: cpuRates, disk };
    const [usages, images] = await Promise.all([readPodUsages(context, pods(), { disk: disk !== undefined }), disk ? context.cri.listImages().catch(() => []) : []]);
    const now = context.clock.now();
    const node = nodeStats(summary, await readNodeUsage(now), sumOf(images, ({ size }) => size));
    sendJson(response, { node, pods: await Promise.all(usages.map((usage) => podStats(summary, usage, toTime(now)))) });
  },
};
