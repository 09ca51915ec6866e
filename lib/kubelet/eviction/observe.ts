import { readFile } from 'node:fs/promises';
import type { Signal } from '../configuration/eviction-configuration';
import { parseMemory, tryDiskUsage } from '../stats/node-usage';

export interface Observation {
  readonly available: number;
  readonly capacity: number;
}

export type Observations = Partial<Readonly<Record<Signal, Observation>>>;

export interface ObservedPlaces {
  /** With the pods' volumes. */
  readonly dataDirectory: string;
  /** With images and writable layers; the node's when it cannot be seen. */
  readonly imageDirectory: string | undefined;
}

/** What the node has left. What cannot be read is left out: nobody is evicted for it. */
export async function observe({ dataDirectory, imageDirectory }: ObservedPlaces): Promise<Observations> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const [memory, load, maximum, node, images] = await Promise.all([
    read('/proc/meminfo'), read('/proc/loadavg'), read('/proc/sys/kernel/pid_max'), tryDiskUsage(dataDirectory), imageDirectory ? tryDiskUsage(imageDirectory) : undefined,
  ]);
  const imageDisk = images ?? node;
  const total = Number(/^MemTotal: +(\d+) kB/m.exec(memory)?.[1] ?? 0) * 1024;
  const processes = /\d+\/(\d+)/.exec(load)?.[1];
  return {
    ...(total > 0 && { 'memory.available': { available: parseMemory(memory).availableBytes, capacity: total } }),
    ...(node && { 'nodefs.available': { available: node.availableBytes, capacity: node.capacityBytes } }),
    ...(node && node.inodes > 0 && { 'nodefs.inodesFree': { available: node.inodesFree, capacity: node.inodes } }),
    ...(imageDisk && { 'imagefs.available': { available: imageDisk.availableBytes, capacity: imageDisk.capacityBytes } }),
    ...(imageDisk && imageDisk.inodes > 0 && { 'imagefs.inodesFree': { available: imageDisk.inodesFree, capacity: imageDisk.inodes } }),
    ...(processes && maximum.trim() && { 'pid.available': { available: Number(maximum) - Number(processes), capacity: Number(maximum) } }),
  };
}
