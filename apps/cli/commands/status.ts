import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ApplicationDescription } from '../../../lib/apply/describe-cluster';
import type { Output } from '../output/output';
import { table } from '../output/table';
import type { Target } from '../target';
import { applicationOf, applicationOptions } from './application-options';
import { type Command, textOption } from './command';

/** `twelve status`: the cluster and the applications on it. */
export const status: Command = {
  name: 'status',
  summary: 'Show the cluster, and how the applications on it are; exit code 1 when one is not ready',
  arguments: [{ name: 'application', summary: 'only this one, as --app (default: all)' }],
  options: [
    ...applicationOptions,
    { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' },
  ],
  examples: ['twelve status', 'twelve status shop', 'twelve status --context production -n shop --output json'],

  async run(invocation) {
    const { args, options, out, target, signal } = invocation;
    const [{ describeCluster }, { commandClock }, client, { server, contextName, namespace: fallbackNamespace }] = await Promise.all([
      import('../../../lib/apply/describe-cluster.js'), import('../clock.js'), target.client(), target.access(),
    ]);
    const given = args[0] ?? textOption(options, 'app');
    const place = given === undefined ? undefined : await applicationOf(invocation, client, given);
    const cluster = await describeCluster({ client, clock: commandClock, signal, namespace: place?.namespace ?? textOption(options, 'namespace'), fallbackNamespace, application: place?.name });
    const isReady = cluster.applications.every((application) => application.isReady);
    const pid = target.isForeign ? undefined : tryReadPid(target.dataDirectory);
    const runtime = { name: target.isForeign ? contextName : target.name, ...(pid && { pid }), server, kubeconfig: target.source(), ...ownFolder(target) };

    if (options['output'] === 'json') out.json({ runtime, isReady, ...cluster });
    else {
      if (!place) {
        out.line(`${runtime.name}  ${server}  ${cluster.version}${pid ? `  pid ${pid}` : ''}`);
        out.line(`kubeconfig  ${runtime.kubeconfig}`);
        if (runtime.dataDirectory) out.line(`data        ${runtime.dataDirectory}`);
        out.line();
        if (cluster.nodes.length > 0) out.lines([...table(cluster.nodes, ['name', 'status', 'pods', 'cpu', 'memory', 'address']), '']);
        if (cluster.applications.length === 0) out.line('no applications; bring one with: twelve apply <program>');
      }
      for (const message of cluster.unseen) out.note(`limit       ${message}`);
      printApplications(out, cluster.applications);
    }
    return isReady ? 0 : 1;
  },
};

function printApplications(out: Output, applications: readonly ApplicationDescription[]): void {
  const processes = applications.flatMap(({ name: application, namespace, processes: own }) => own.map((process) => ({ application, namespace, ...process })));
  out.lines(table(processes, ['application', 'namespace', 'process', 'kind', 'ready', 'restarts', 'release', 'problem']));
  for (const { name, release, running, addresses, causes } of applications) {
    if (release || addresses.length > 0 || causes.length > 0) out.line();
    if (release) {
      const revision = release.revision === undefined ? '' : `, ${release.revision.replace(/^([0-9a-f]{10})[0-9a-f]*/, '$1')}`;
      out.line(`${name}  release ${release.number}, ${release.status === 'deployed' ? 'running' : release.status}, ${release.at}, ${release.by}${revision}${running === undefined ? '' : `; release ${running} ran before`}`);
    }
    out.lines(addresses.map(({ process, url }) => `  ${process}  ${url}`));
    for (const cause of causes) out.lines(cause.split('\n').map((line) => `  ${line}`));
  }
}

const ownFolder = (target: Target): { readonly dataDirectory?: string } => (target.isForeign ? {} : { dataDirectory: target.dataDirectory });

/** The first number of runtime.pid. */
function tryReadPid(dataDirectory: string): number | undefined {
  try {
    return Number(/\d+/.exec(fs.readFileSync(path.join(dataDirectory, 'runtime.pid'), 'utf8'))?.[0]) || undefined;
  } catch {
    return undefined;
  }
}
