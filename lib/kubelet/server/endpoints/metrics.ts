import { sendText, type Endpoint } from './endpoint';

/** The few numbers of the node agent itself, in the text format of Prometheus. */
export const metrics: Endpoint = {
  path: '/metrics',
  async handle({ response, pods }) {
    const { rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const lines = [
      ['kubelet_active_pods', 'gauge', 'Pods of this node that the kubelet looks after', pods().length],
      ['kubelet_running_pods', 'gauge', 'Pods in phase Running', pods().filter(({ status }) => status?.phase === 'Running').length],
      ['process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes', rss],
      ['process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds', (user + system) / 1e6],
    ].flatMap(([name, type, help, value]) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`]);
    sendText(response, `${lines.join('\n')}\n`, 'text/plain; version=0.0.4; charset=utf-8');
  },
};
