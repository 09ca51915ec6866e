#!/usr/bin/env node
import * as fs from 'node:fs';
import { parseArgs } from 'node:util';
import { jsonLogger, LOG_LEVELS, type LogLevel } from '../../lib/base/logger';
import { startCluster } from '../../lib/cluster/cluster';
import { DataDirectory } from '../../lib/cluster/data-directory';
import { NodeShutdownRequest } from '../../lib/cluster/node-shutdown-request';
import { rotate } from './rotate';

/** What the process tells the command that started it, over the IPC channel of node:child_process. */
export type RuntimeMessage =
  | { readonly type: 'ready'; readonly server: string; readonly nodeName: string }
  | { readonly type: 'node' }
  | { readonly type: 'node-failed'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };

/** Longest time for a clean end; what was acknowledged is on disk anyway. */
const STOP_LIMIT = 8_000;

/** The background process of `twelve up`: one runtime until SIGTERM. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'name': { type: 'string', default: 'twelve' }, 'data-dir': { type: 'string' }, 'port': { type: 'string' }, 'pod-cidr': { type: 'string' }, 'service-cidr': { type: 'string' },
      'ingress-http-port': { type: 'string' }, 'ingress-https-port': { type: 'string' },
      'docker-socket': { type: 'string' }, 'node-address': { type: 'string' }, 'node-monitor-grace-seconds': { type: 'string' }, 'without-node': { type: 'boolean', default: false }, 'log-level': { type: 'string', default: 'info' },
    },
  });
  if (!values['data-dir']) throw new Error('--data-dir <folder> is missing');
  const directory = new DataDirectory(values['data-dir']);
  directory.ensure();
  const log = rotate(directory.log);
  const level = LOG_LEVELS.find((candidate) => candidate === values['log-level']) ?? ('info' satisfies LogLevel);
  const logger = jsonLogger(log, level);

  const abort = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => abort.abort(new Error(`the runtime is ending (${signal})`)));
  process.on('SIGHUP', () => undefined); // the terminal it was started from is gone
  process.on('unhandledRejection', (error) => logger.error('a promise was rejected and nobody looked', { error }));
  process.on('uncaughtException', (error) => logger.error('an error was thrown and nobody caught it', { error }));

  const nodeShutdown = new NodeShutdownRequest();
  // What init says when the machine is about to end, and `twelve stop --end-pods`: SIGTERM alone leaves the pods running.
  process.once('SIGPWR', () => void nodeShutdown.request().catch((error: unknown) => logger.error('the pods could not be ended', { error })).finally(() => abort.abort(new Error('the node is shutting down'))));

  logger.info('starting', { pid: process.pid, node: process.version, dataDirectory: directory.path });
  const cluster = await startCluster({
    name: values.name, directory, logger, nodeShutdown,
    port: values.port ? Number(values.port) : undefined, podCidr: values['pod-cidr'], serviceCidr: values['service-cidr'], nodeAddress: values['node-address'],
    nodeMonitorGraceSeconds: values['node-monitor-grace-seconds'] ? Number(values['node-monitor-grace-seconds']) : undefined,
    ingressPorts: { ...portOption('http', values['ingress-http-port']), ...portOption('https', values['ingress-https-port']) },
    withNode: !values['without-node'], socketPath: values['docker-socket'],
    onNodeFailure: (error) => tell({ type: 'node-failed', message: error instanceof Error ? error.message : String(error) }),
  }, abort.signal);
  logger.info('the API answers', { server: cluster.server, ...cluster.settings });
  tell({ type: 'ready', server: cluster.server, nodeName: cluster.nodeName });
  void cluster.nodeStarted.then(() => tell({ type: 'node' }));

  abort.signal.addEventListener('abort', () => setTimeout(() => process.exit(0), STOP_LIMIT).unref(), { once: true });
  await cluster.stopped;
  logger.info('ended');
}

const portOption = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: Number(value) });

function tell(message: RuntimeMessage): void {
  if (!process.connected) return;
  process.send?.(message, () => undefined); // who started us may be gone
}

main().then(() => process.exit(0), (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  fs.writeSync(2, `${error instanceof Error ? error.stack : message}\n`);
  if (!process.connected) process.exit(1);
  process.send?.({ type: 'failed', message } satisfies RuntimeMessage, () => process.exit(1));
});
