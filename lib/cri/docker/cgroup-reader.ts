import { access, readFile } from 'node:fs/promises';
import * as path from 'node:path';

/** What the kernel counts for one container. */
export interface CgroupUsage {
  readonly cpuNanoseconds: number;
  readonly memoryUsageBytes: number;
  readonly memoryWorkingSetBytes: number;
  readonly memoryRssBytes: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
}

/** Where a container's counters are. */
interface Place {
  readonly version: 1 | 2;
  readonly cpu: string;
  readonly memory: string;
}

/** The host's own first; the second where this process sees only its own part, but all processes of the host. */
const ROOTS = ['/sys/fs/cgroup', '/proc/1/root/sys/fs/cgroup'];
const REMEMBERED = 4096;

/** What is known of a container while it runs: it is started once. */
interface Known {
  readonly pid: number;
  readonly place?: Place;
}

/** Reads containers' counters from the cgroup file system, version 1 or 2: a millisecond where the engine's own statistics take one to two seconds. */
export class CgroupReader {
  private readonly known = new Map<string, Known>();

  /** undefined when the container does not run; without `usage` when its counters are not to be seen from here. */
  async tryRead(id: string, pidOf: () => Promise<number | undefined>): Promise<{ readonly pid: number; readonly usage?: CgroupUsage } | undefined> {
    const { pid, place } = this.known.get(id) ?? await this.find(id, pidOf) ?? {};
    if (!pid || !place) return pid ? { pid } : undefined;
    try {
      return { pid, usage: place.version === 2 ? await readVersion2(place) : await readVersion1(place) };
    } catch {
      this.known.delete(id);
      return undefined;
    }
  }

  private async find(id: string, pidOf: () => Promise<number | undefined>): Promise<Known | undefined> {
    const pid = await pidOf();
    if (!pid) return undefined;
    const own = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
    for (const place of candidates(id, own)) {
      if (!await exists(place.cpu) || !await exists(place.memory)) continue;
      if (this.known.size >= REMEMBERED) this.known.clear();
      this.known.set(id, { pid, place });
      return { pid, place };
    }
    return { pid };
  }
}

/** Everywhere a container's counters may be, the likeliest first. Pure. */
export function candidates(id: string, ownCgroups: string): readonly Place[] {
  const usual = [`/docker/${id}`, `/system.slice/docker-${id}.scope`];
  const found = [...new Set([...ownCgroups.split('\n').map((line) => line.split(':').slice(2).join(':')).filter((place) => place.includes(id) && !place.includes('..')), ...usual])];
  return ROOTS.flatMap((root) => found.flatMap((place): Place[] => [
    { version: 2, cpu: path.join(root, place, 'cpu.stat'), memory: path.join(root, place, 'memory.current') },
    ...['cpuacct', 'cpu,cpuacct'].map((controller): Place => ({ version: 1, cpu: path.join(root, controller, place, 'cpuacct.usage'), memory: path.join(root, 'memory', place, 'memory.usage_in_bytes') })),
  ]));
}

async function readVersion1({ cpu, memory }: Place): Promise<CgroupUsage> {
  const [cpuText, usage, statistics] = await Promise.all([text(cpu), text(memory), text(path.join(path.dirname(memory), 'memory.stat'))]);
  return usageOf(Number(cpuText), Number(usage), parseFlatKeyed(statistics), 'total_');
}

async function readVersion2({ cpu, memory }: Place): Promise<CgroupUsage> {
  const [cpuText, usage, statistics] = await Promise.all([text(cpu), text(memory), text(path.join(path.dirname(memory), 'memory.stat'))]);
  return usageOf((parseFlatKeyed(cpuText).usage_usec ?? 0) * 1000, Number(usage), parseFlatKeyed(statistics), '');
}

/** Memory that the kernel would drop without asking anybody is no part of the working set. Pure. */
export function usageOf(cpuNanoseconds: number, memoryUsageBytes: number, statistics: Readonly<Record<string, number>>, prefix: '' | 'total_'): CgroupUsage {
  const at = (name: string) => statistics[`${prefix}${name}`] ?? 0;
  return {
    cpuNanoseconds, memoryUsageBytes, memoryWorkingSetBytes: Math.max(0, memoryUsageBytes - at('inactive_file')),
    memoryRssBytes: prefix === '' ? at('anon') : at('rss'), pageFaults: at('pgfault'), majorPageFaults: at('pgmajfault'),
  };
}

/** `name value`, a line each. Pure. */
export function parseFlatKeyed(content: string): Readonly<Record<string, number>> {
  return Object.fromEntries(content.split('\n').filter(Boolean).map((line) => {
    const [name, value] = line.split(' ');
    return [name, Number(value)];
  }));
}

const text = (file: string) => readFile(file, 'utf8');
const exists = (file: string) => access(file).then(() => true, () => false);
