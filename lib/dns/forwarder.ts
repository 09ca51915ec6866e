import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { type Clock, systemClock } from '../base/clock';

export interface ForwarderConfig {
  /** @default /etc/resolv.conf */
  readonly resolvConf?: string;
  /** Our own addresses: asking ourselves would never end. */
  readonly own: readonly string[];
  readonly clock?: Clock;
}

const TIMEOUT = 2_000;
/** After this many questions in a row that nobody answered, questions are refused at once for a while: a host without a network must not slow its pods down. */
const FAILURES_BEFORE_PAUSE = 2;
const PAUSE = 5_000;

/** Passes questions on to the name servers of the host. */
export class Forwarder {
  private readonly clock: Clock;
  private servers: readonly string[] = [];
  private readAt = -1;
  private failures = 0;
  private pausedUntil = 0;

  constructor(private readonly config: ForwarderConfig) {
    this.clock = config.clock ?? systemClock;
  }

  /** The answer as it came, with the question's own id; undefined when no server answers. */
  async tryForward(packet: Buffer, protocol: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    if (this.clock.now() < this.pausedUntil) return undefined;
    for (const server of await this.nameServers()) {
      const answer = await (protocol === 'udp' ? askUdp(server, packet) : askTcp(server, packet)).catch(() => undefined);
      if (!answer) continue;
      this.failures = 0;
      return answer;
    }
    this.failures += 1;
    if (this.failures >= FAILURES_BEFORE_PAUSE) this.pausedUntil = this.clock.now() + PAUSE;
    return undefined;
  }

  private async nameServers(): Promise<readonly string[]> {
    const file = this.config.resolvConf ?? '/etc/resolv.conf';
    const changed = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
    if (changed !== this.readAt) {
      this.readAt = changed;
      this.servers = parseNameServers(await readFile(file, 'utf8').catch(() => ''), this.config.own);
    }
    return this.servers;
  }
}

/** Pure. */
export function parseNameServers(resolvConf: string, own: readonly string[]): readonly string[] {
  const servers = resolvConf.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return servers.filter((server) => !own.includes(server)).slice(0, 3);
}

function askUdp(server: string, packet: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
    const asked = Buffer.from(packet);
    asked.writeUInt16BE(randomInt(0x10000), 0); // the client's own id would let others guess it
    const timer = setTimeout(() => finish(() => reject(new Error(`${server} does not answer`))), TIMEOUT);
    const finish = (end: () => void) => {
      clearTimeout(timer);
      socket.close();
      end();
    };
    socket.on('error', (error) => finish(() => reject(error)));
    socket.on('message', (answer) => {
      if (answer.length < 12 || answer.readUInt16BE(0) !== asked.readUInt16BE(0)) return;
      answer.writeUInt16BE(packet.readUInt16BE(0), 0);
      finish(() => resolve(answer));
    });
    socket.connect(53, server, () => socket.send(asked));
  });
}

function askTcp(server: string, packet: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server, port: 53, timeout: TIMEOUT });
    let received = Buffer.alloc(0);
    socket.on('timeout', () => socket.destroy(new Error(`${server} does not answer`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${server} closed the connection`)));
    socket.on('connect', () => socket.write(withLength(packet)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length >= 2 ? received.readUInt16BE(0) : Infinity;
      if (received.length < 2 + length) return;
      resolve(received.subarray(2, 2 + length));
      socket.destroy();
    });
  });
}

/** A message as TCP carries it. */
export function withLength(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length, 0);
  return Buffer.concat([length, packet]);
}
