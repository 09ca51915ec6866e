import * as fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

/** The preferred port of this host's loopback if it is free, else any that is. */
export async function freePort(preferred: number): Promise<number> {
  return await tryListen(preferred) ?? await tryListen(0) ?? preferred;
}

/** @param address `0.0.0.0` for all of the host's */
export async function isPortFree(port: number, address = '127.0.0.1'): Promise<boolean> {
  return await tryListen(port, address) !== undefined;
}

function tryListen(port: number, address = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, address, () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}

/** The program that listens on a TCP port of this host, `nginx (pid 812)`, as far as this user may see it. */
export function tryPortOwner(port: number): string | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of listNumbers('/proc')) {
    if (openFiles(pid).some((target) => inodes.has(target))) return `${nameOf(pid)} (pid ${pid})`;
  }
  return undefined;
}

const LISTEN = '0A';

function listeningInodes(file: string, port: number): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = attempt(() => fs.readFileSync(file, 'utf8'), '').split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/)).filter(([, local, , state]) => state === LISTEN && local.endsWith(wanted)).map((fields) => `socket:[${fields[9]}]`);
}

function openFiles(pid: string): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => fs.readdirSync(folder), []).map((fd) => attempt(() => fs.readlinkSync(`${folder}/${fd}`), ''));
}

const listNumbers = (folder: string) => attempt(() => fs.readdirSync(folder), []).filter((name) => /^\d+$/.test(name));
const nameOf = (pid: string) => attempt(() => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), 'a process');

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
