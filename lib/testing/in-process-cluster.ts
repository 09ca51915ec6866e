import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { type Clock, systemClock } from '../base/clock';
import { type Logger, silentLogger } from '../base/logger';
import { createClient } from '../client/api-client';
import type { Client } from '../client/client';
import { startMemoryCluster } from '../cluster/memory-cluster';
import { FakeCri, type FakeCriOptions } from './fake-cri';

export interface InProcessClusterOptions {
  /** Names of its nodes. @default one, `node-1` */
  readonly nodes?: readonly string[];
  /** What their container runtimes in memory do. */
  readonly containers?: FakeCriOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** A whole Kubernetes of our own in this process: API server, controllers, scheduler and kubelets, with containers that are records. */
export interface InProcessCluster {
  /** As an administrator. */
  readonly client: Client;
  /** The container runtime of each node, by its name. */
  readonly runtimes: Readonly<Record<string, FakeCri>>;
  stop(): Promise<void>;
}

/** Starts in some tens of milliseconds; needs no Docker, no root and no port. To be stopped by the caller. */
export async function startInProcessCluster({ nodes = ['node-1'], containers, clock = systemClock, logger = silentLogger }: InProcessClusterOptions = {}): Promise<InProcessCluster> {
  const directory = await mkdtemp(path.join(tmpdir(), 'twelve-in-process-'));
  const runtimes = Object.fromEntries(nodes.map((name) => [name, new FakeCri({ clock, ...containers })]));
  const abort = new AbortController();
  const stop = async () => {
    abort.abort();
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  };
  try {
    const transport = await startMemoryCluster({ nodes: runtimes, directory, clock, logger }, abort.signal);
    return { client: createClient(transport), runtimes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
