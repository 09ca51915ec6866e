import { readFile } from 'node:fs/promises';
import type { ContainerStats } from '../cri';
import { containerStatus } from './container-status';
import type { Engine } from './engine';
import { toCriError } from './errors';

interface EngineStats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

export async function containerStats(engine: Engine, id: string): Promise<ContainerStats | undefined> {
  const { pid } = await containerStatus(engine, id);
  if (!pid) return undefined;
  try {
    const stats = (await engine.docker.getContainer(id).stats({ stream: false, 'one-shot': true } as { stream: false })) as unknown as EngineStats;
    const { usage = 0, stats: memory = {} } = stats.memory_stats ?? {};
    const inactiveFile = memory.total_inactive_file ?? memory.inactive_file ?? 0;
    return {
      cpuNanoseconds: stats.cpu_stats?.cpu_usage?.total_usage ?? 0,
      memoryUsageBytes: usage,
      memoryWorkingSetBytes: Math.max(0, usage - inactiveFile),
      memoryRssBytes: memory.total_rss ?? memory.anon ?? 0,
      network: parseNetworkDevices(await readFile(`/proc/${pid}/net/dev`, 'utf8').catch(() => '')),
    };
  } catch (error) {
    throw toCriError(error);
  }
}

/** eth0 of `/proc/<pid>/net/dev`: the engine knows nothing of the pod's network. Pure. */
export function parseNetworkDevices(text: string): ContainerStats['network'] {
  const line = text.split('\n').find((candidate) => candidate.trim().startsWith('eth0:'));
  if (!line) return undefined;
  const numbers = line.slice(line.indexOf(':') + 1).trim().split(/\s+/).map(Number);
  return { receivedBytes: numbers[0] ?? 0, sentBytes: numbers[8] ?? 0 };
}
