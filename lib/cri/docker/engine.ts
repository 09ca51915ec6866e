import * as http from 'node:http';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type Dockerode from 'dockerode';
import type { Clock } from '../../base/clock';
import type { Logger } from '../../base/logger';
import type { PodNetwork } from '../pod-network';
import type { CgroupReader } from './cgroup-reader';

/** What every verb gets: the engine, and what this runtime calls its own on it. */
export interface Engine {
  readonly docker: Dockerode;
  /** Name of this runtime in the labels of what it makes. */
  readonly runtime: string;
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Image and id of the pause program; made when missing. */
  pauseImage(): Promise<string>;
  /** Without CAP_SYS_RESOURCE an engine refuses to favour a process over others. */
  readonly mayLowerOomScore: boolean;
  readonly cgroups: CgroupReader;
}

export interface EngineAddress {
  /** @default /var/run/docker.sock */
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** docker-modem prints all options of each call, the agent with its sockets included, and throws the text away: more work than the call itself. */
class QuietAgent extends http.Agent {
  [inspect.custom](): string {
    return 'http.Agent';
  }
}

/** Loads dockerode (90 ms) only when a node needs it. Connections are kept open between calls. */
export async function connect(address: EngineAddress): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  if (address.host) return new Docker(address);
  const agent = new QuietAgent({ keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 16 });
  return new Docker({ socketPath: address.socketPath ?? '/var/run/docker.sock', agent } as Dockerode.DockerOptions);
}

interface Dial {
  readonly path: string;
  readonly method: string;
  readonly isStream: true;
  readonly options: Readonly<Record<string, unknown>>;
  readonly statusCodes: Readonly<Record<number, boolean | string>>;
  readonly abortSignal?: AbortSignal;
}

/** GET as a stream of bytes. dockerode buffers such answers as text, which breaks what is not UTF-8. */
export function getStream(docker: Dockerode, path: string, options: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Readable> {
  const modem = docker.modem as { dial(dial: Dial, callback: (error: Error | null, stream: Readable) => void): void };
  return new Promise((resolve, reject) => {
    modem.dial(
      { path: `${path}?`, method: 'GET', isStream: true, options, statusCodes: { 200: true, 404: 'no such container' }, abortSignal: signal },
      (error, stream) => (error ? reject(error) : resolve(stream)),
    );
  });
}
