#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { systemClock } from '../../lib/base/clock';
import { jsonLogger } from '../../lib/base/logger';
import { NODE_CONFIGURATION, NODE_SOCKET, type NodeConfiguration, nodeDirectory, nodeLogDirectory, nodeVolumes } from '../../lib/cluster/nodes/node-configuration';
import { removeNode } from '../../lib/cluster/remove-node';
import { runNode } from '../../lib/cluster/nodes/run-node';

/** The process of the twelve-node container: the node part of its host until SIGTERM. Its pods go on running then; `--remove` takes away everything instead, `--purge` with it the volumes too. */
async function main(): Promise<void> {
  const configuration = JSON.parse(fs.readFileSync(NODE_CONFIGURATION, 'utf8')) as NodeConfiguration;
  if (process.argv.includes('--remove')) {
    const { runtime, nodeName, podRange } = configuration;
    await removeNode({ name: runtime, nodeName, podCidr: podRange, directory: nodeDirectory(configuration), logDirectory: nodeLogDirectory(configuration), socketPath: NODE_SOCKET });
    const own = path.dirname(nodeDirectory(configuration));
    if (process.argv.includes('--purge')) fs.rmSync(own, { recursive: true, force: true });
    removeEmpty(nodeDirectory(configuration), nodeVolumes(configuration), nodeLogDirectory(configuration), own, path.dirname(own));
    return;
  }
  const logger = jsonLogger((line) => process.stdout.write(line), 'info');
  const abort = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => abort.abort(new Error(`the node part is ending (${signal})`)));
  process.on('unhandledRejection', (error) => logger.error('a promise was rejected and nobody looked', { error }));
  process.on('uncaughtException', (error) => logger.error('an error was thrown and nobody caught it', { error }));
  const alive = setInterval(() => undefined, 60_000); // timers of the clock do not keep a process alive
  logger.info('starting', { pid: process.pid, node: process.version, name: configuration.nodeName, server: configuration.server });
  await runNode(configuration, { clock: systemClock, logger }, abort.signal);
  logger.info('the node looks after its pods');
  if (!abort.signal.aborted) await new Promise((resolve) => abort.signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(alive);
}

/** Folders that nothing is in; those with volumes stay. */
function removeEmpty(...folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      fs.rmdirSync(folder);
    } catch {
      // somebody has something there, or it is gone already
    }
  }
}

main().then(() => process.exit(0), (error: unknown) => {
  fs.writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
