import { readFile } from 'node:fs/promises';
import type { ContainerStats } from '../cri';
import { type CgroupUsage, usageOf } from './cgroup-reader';
import { containerStatus } from './container-status';
import type { Engine } from './engine';
import { toCriError } from './errors';

interface EngineStats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

/** From the kernel's counters, or from the engine where those are out of reach. */
export async function containerStats(engine: Engine, id: string, { disk = false } = {}): Promise<ContainerStats | undefined> {
  const found = await engine.cgroups.tryRead(id, async () => (await containerStatus(engine, id)).pid);
  if (!found) return undefined;
  const [usage, devices, written] = await Promise.all([
    found.usage ?? engineUsage(engine, id), readFile(`/proc/${found.pid}/net/dev`, 'utf8').catch(() => ''), disk ? writtenBytes(engine, id) : undefined,
  ]);
  return { ...usage, network: parseNetworkDevices(devices), ...(written !== undefined && { writableLayerBytes: written }) };
}

/** The engine walks through the container's layer for this. */
async function writtenBytes({ docker }: Engine, id: string): Promise<number | undefined> {
  const inspected = await docker.getContainer(id).inspect({ size: true } as object) as { readonly SizeRw?: number };
  return inspected.SizeRw;
}

async function engineUsage({ docker }: Engine, id: string): Promise<CgroupUsage> {
  try {
    const stats = (await docker.getContainer(id).stats({ stream: false, 'one-shot': true } as { stream: false })) as unknown as EngineStats;
    const { usage = 0, stats: memory = {} } = stats.memory_stats ?? {};
    return usageOf(stats.cpu_stats?.cpu_usage?.total_usage ?? 0, usage, memory, 'total_inactive_file' in memory ? 'total_' : '');
  } catch (error) {
    throw toCriError(error);
  }
}

/** eth0 of `/proc/<pid>/net/dev`: the engine knows nothing of the pod's network. Pure. */
export function parseNetworkDevices(text: string): ContainerStats['network'] {
  const line = text.split('\n').find((candidate) => candidate.trim().startsWith('eth0:'));
  if (!line) return undefined;
  const numbers = line.slice(line.indexOf(':') + 1).trim().split(/\s+/).map(Number);
  return { receivedBytes: numbers[0] ?? 0, receiveErrors: numbers[2] ?? 0, sentBytes: numbers[8] ?? 0, sendErrors: numbers[10] ?? 0 };
}
