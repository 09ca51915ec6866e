import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import * as path from 'node:path';
import type { Slots } from './server-slots';

/** Longest wait for an answer on the proxy's own host. */
const LIMIT = 5_000;

/** Longest path of a socket that the kernel takes. */
const PATH_LIMIT = 107;

/** One command (or several, separated by `;`) to a socket of HAProxy, and what it answers. Rejects when nobody listens. */
export async function ask(socketPath: string, command: string): Promise<string> {
  if (Buffer.byteLength(socketPath) <= PATH_LIMIT) return converse(socketPath, command);
  const folder = await open(path.dirname(socketPath));
  try {
    return await converse(`/proc/self/fd/${folder.fd}/${path.basename(socketPath)}`, command);
  } finally {
    await folder.close();
  }
}

function converse(socketPath: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(socketPath);
    socket.setTimeout(LIMIT, () => socket.destroy(new Error(`HAProxy does not answer at ${socketPath}`)));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', reject).on('close', () => resolve(answer));
    socket.end(`${command}\n`); // the master answers only to what has ended
  });
}

/** The configuration that a running worker was started with, and what its server slots hold now. */
export interface RunningConfig {
  readonly id: string;
  readonly slots: ReadonlyMap<string, Slots>;
}

/** undefined when no worker answers. */
export async function tryReadRunning(socketPath: string): Promise<RunningConfig | undefined> {
  try {
    const info = await ask(socketPath, 'show info');
    return { id: /^description: (\S+)$/m.exec(info)?.[1] ?? '', slots: parseServersState(await ask(socketPath, 'show servers state')) };
  } catch {
    return undefined;
  }
}

/** Of srv_admin_state: forced. Servers that were configured as disabled keep a bit of their own for ever. */
const MAINTENANCE = 0x01;

/** Of `show servers state`: a title line says what is in which column. */
export function parseServersState(text: string): ReadonlyMap<string, Slots> {
  const lines = text.split('\n');
  const titles = lines.find((line) => line.startsWith('# '))?.slice(2).split(' ') ?? [];
  const found = new Map<string, ({ readonly address: string; readonly port: number } | undefined)[]>();
  for (const line of lines) {
    const fields = line.split(' ');
    if (line.startsWith('#') || fields.length < titles.length) continue;
    const field = (name: string) => fields[titles.indexOf(name)];
    const slots = found.get(field('be_name')) ?? [];
    found.set(field('be_name'), slots);
    slots.push((Number(field('srv_admin_state')) & MAINTENANCE) === 0 ? { address: field('srv_addr'), port: Number(field('srv_port')) } : undefined);
  }
  return found;
}
