import { readFile, statfs } from 'node:fs/promises';

/** Counters of the whole host. */
export interface NodeUsage {
  readonly at: number;
  readonly bootAt: number;
  readonly cpuNanoseconds: number;
  readonly memory: { readonly availableBytes: number; readonly usageBytes: number; readonly workingSetBytes: number; readonly rssBytes: number; readonly pageFaults: number; readonly majorPageFaults: number };
  readonly interfaces: readonly InterfaceUsage[];
}

export interface InterfaceUsage {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface DiskUsage {
  readonly availableBytes: number;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly inodesFree: number;
  readonly inodes: number;
  readonly inodesUsed: number;
}

/** What the kernel has counted since it started. */
export async function readNodeUsage(now: number): Promise<NodeUsage> {
  const [stat, memory, virtual, devices] = await Promise.all(['/proc/stat', '/proc/meminfo', '/proc/vmstat', '/proc/net/dev'].map((file) => readFile(file, 'utf8').catch(() => '')));
  const faults = parseNumbers(virtual);
  return {
    at: now, bootAt: (parseNumbers(stat).btime ?? 0) * 1000, cpuNanoseconds: parseCpuNanoseconds(stat),
    memory: { ...parseMemory(memory), pageFaults: faults.pgfault ?? 0, majorPageFaults: faults.pgmajfault ?? 0 }, interfaces: parseInterfaces(devices),
  };
}

/** Time that was not idle, of all processors: /proc/stat counts in hundredths of a second. Pure. */
export function parseCpuNanoseconds(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '').split(' ').map(Number);
  return (user + nice + system + interrupts + softInterrupts) * 1e7;
}

/** Memory that the kernel would drop without asking anybody is no part of the working set. Pure. */
export function parseMemory(memory: string) {
  const bytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) * 1024;
  const total = bytes('MemTotal');
  const usageBytes = total - bytes('MemFree');
  const workingSetBytes = Math.max(0, usageBytes - bytes('Inactive\\(file\\)'));
  return { availableBytes: total - workingSetBytes, usageBytes, workingSetBytes, rssBytes: bytes('AnonPages') };
}

/** /proc/net/dev without the loopback. Pure. */
export function parseInterfaces(devices: string): readonly InterfaceUsage[] {
  return devices.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) return [];
    const name = line.slice(0, colon).trim();
    const numbers = line.slice(colon + 1).trim().split(/\s+/).map(Number);
    return name === 'lo' ? [] : [{ name, rxBytes: numbers[0], rxErrors: numbers[2], txBytes: numbers[8], txErrors: numbers[10] }];
  });
}

/** The file system that a path lies on; undefined when it cannot be asked. */
export async function tryDiskUsage(path: string): Promise<DiskUsage | undefined> {
  const found = await statfs(path).catch(() => undefined);
  if (!found) return undefined;
  const { bsize, blocks, bavail, bfree, files, ffree } = found;
  return { availableBytes: bavail * bsize, capacityBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize, inodesFree: ffree, inodes: files, inodesUsed: files - ffree };
}

function parseNumbers(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries([...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}
