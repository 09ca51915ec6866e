import { readFile, statfs } from 'node:fs/promises';
import * as os from 'node:os';
import type { core } from '../../api/types';

/** What the host is and has; read again at each node status, since memory and processors can be changed. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  readonly info: Pick<core.NodeSystemInfo, 'machineID' | 'systemUUID' | 'bootID' | 'kernelVersion' | 'osImage' | 'architecture'>;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' };

export async function readMachine(dataDirectory: string): Promise<Machine> {
  const [machineID, systemUUID, bootID, release, memory, storage] = await Promise.all([
    line('/etc/machine-id'), line('/sys/class/dmi/id/product_uuid'), line('/proc/sys/kernel/random/boot_id'), line('/etc/os-release'), line('/proc/meminfo'),
    statfs(dataDirectory).catch(() => undefined),
  ]);
  const kilobytes = /MemTotal:\s+(\d+) kB/.exec(memory)?.[1];
  return {
    cpus: os.cpus().length,
    memoryBytes: kilobytes ? Number(kilobytes) * 1024 : os.totalmem(),
    storageBytes: storage ? storage.blocks * storage.bsize : 0,
    info: {
      machineID: machineID.trim(),
      systemUUID: systemUUID.trim() || machineID.trim(),
      bootID: bootID.trim(),
      kernelVersion: os.release(),
      osImage: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? os.type(),
      architecture: ARCHITECTURES[process.arch] ?? process.arch,
    },
  };
}

const line = (file: string) => readFile(file, 'utf8').catch(() => '');
