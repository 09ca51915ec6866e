import * as fs from 'node:fs';
import * as path from 'node:path';
import { table } from '../output/table';
import type { Target } from '../target';
import { type Command, textOption } from './command';
import { targetOptions } from './target-options';

/** `twelve status`: the runtime, its nodes, and the applications on it. */
export const status: Command = {
  name: 'status',
  summary: 'Show the runtime, its nodes and the applications on it',
  options: [
    ...targetOptions,
    { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' },
  ],

  async run({ options, out, target }) {
    const { describeCluster } = await import('../../../lib/apply/describe-cluster.js'); // lazily: keeps `twelve --help` fast
    const { server, contextName } = await target.access();
    const cluster = await describeCluster(await target.client(), textOption(options, 'namespace'));
    const pid = target.isForeign ? undefined : tryReadPid(target.dataDirectory);
    const name = target.isForeign ? contextName : target.name;
    const runtime = { name, ...(pid && { pid }), server, kubeconfig: target.source(), ...ownFolder(target) };

    if (options['output'] === 'json') return out.json({ runtime, ...cluster });
    out.line(`${runtime.name}  ${server}  ${cluster.version}${pid ? `  pid ${pid}` : ''}`);
    out.line(`kubeconfig  ${runtime.kubeconfig}`);
    if (runtime.dataDirectory) out.line(`data        ${runtime.dataDirectory}`);
    out.line();
    out.lines(table(cluster.nodes, ['name', 'status', 'pods', 'cpu', 'memory', 'address']));
    out.line();
    if (cluster.applications.length === 0) return out.line('no applications; bring one with: twelve apply <program>');
    const processes = cluster.applications.flatMap(({ name: application, namespace, processes: own }) => own.map((process) => ({ application, namespace, ...process })));
    out.lines(table(processes, ['application', 'namespace', 'process', 'kind', 'ready', 'restarts', 'release', 'problem']));
    return undefined;
  },
};

const ownFolder = (target: Target): { readonly dataDirectory?: string } => (target.isForeign ? {} : { dataDirectory: target.dataDirectory });

/** The first number of runtime.pid. */
function tryReadPid(dataDirectory: string): number | undefined {
  try {
    return Number(/\d+/.exec(fs.readFileSync(path.join(dataDirectory, 'runtime.pid'), 'utf8'))?.[0]) || undefined;
  } catch {
    return undefined;
  }
}
