import { readNodeUsage } from '../../stats/node-usage';
import { readPodUsages } from '../../stats/pod-usage';
import { formatResourceMetrics } from '../../stats/resource-metrics';
import { sendText, type Endpoint } from './endpoint';

/** What metrics servers read: processors and memory in Prometheus' text format. */
export const metricsResource: Endpoint = {
  path: '/metrics/resource',
  async handle({ context, response, pods }) {
    const usages = await readPodUsages(context, pods());
    sendText(response, formatResourceMetrics(await readNodeUsage(context.clock.now()), usages), 'text/plain; version=0.0.4; charset=utf-8');
  },
};
