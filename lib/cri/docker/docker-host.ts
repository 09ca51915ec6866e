import { spawn } from 'node:child_process';
import * as http from 'node:http';
import { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';

/** How a Docker daemon is reached. */
export type DockerHost =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly destination: string; readonly port: string | undefined; readonly host: string };

/** PEM texts for `tcp`. */
export interface DockerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Of `unix:///path`, `tcp://host:port` or `ssh://user@host:port`, as in $DOCKER_HOST. Throws on anything else. Pure. */
export function parseDockerHost(address: string): DockerHost {
  if (address.startsWith('unix://')) return { kind: 'unix', socketPath: address.slice('unix://'.length) };
  const url = URL.canParse(address) ? new URL(address.replace(/^tcp:/, 'http:')) : undefined;
  if (!url?.hostname || !/^(tcp|ssh):/.test(address)) throw new Error(`"${address}" is not the address of a Docker host; write it as unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (address.startsWith('tcp:')) return { kind: 'tcp', host, port: Number(url.port || 2376) };
  return { kind: 'ssh', host, destination: url.username ? `${decodeURIComponent(url.username)}@${host}` : host, port: url.port || undefined };
}

/** As in $DOCKER_HOST; what parseDockerHost reads. Pure. */
export function describeDockerHost(host: DockerHost): string {
  switch (host.kind) {
    case 'unix': return `unix://${host.socketPath}`;
    case 'tcp': return `tcp://${host.host.includes(':') ? `[${host.host}]` : host.host}:${host.port}`;
    case 'ssh': return `ssh://${host.destination}${host.port ? `:${host.port}` : ''}`;
  }
}

/** A client of that daemon. Connects with the first call. Over ssh each connection is an `ssh … docker system dial-stdio` with the user's own configuration and keys. */
export async function connectDockerHost(host: DockerHost, tls?: DockerTls): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  switch (host.kind) {
    case 'unix': return new Docker({ socketPath: host.socketPath });
    case 'tcp': return new Docker({ host: host.host, port: host.port, protocol: tls ? 'https' : 'http', ...tls });
    case 'ssh': return new Docker({ host: 'localhost', port: 80, protocol: 'http', agent: new SshAgent(host) } as Dockerode.DockerOptions);
  }
}

class SshAgent extends http.Agent {
  constructor(private readonly target: Extract<DockerHost, { readonly kind: 'ssh' }>) {
    super({ keepAlive: true });
  }

  override createConnection(): Duplex {
    const { destination, port } = this.target;
    const child = spawn('ssh', ['-o', 'ConnectTimeout=30', '-T', ...(port ? ['-p', port] : []), '--', destination, 'docker', 'system', 'dial-stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint += text; });
    const duplex = new Duplex({
      allowHalfOpen: false,
      read: () => { child.stdout.resume(); },
      // Why it does not take more is said when it has ended.
      write: (chunk: Buffer, _encoding, done) => { child.stdin.write(chunk, (error) => { if (!error) done(); }); },
      final: (done) => { child.stdin.end(() => done()); },
      destroy: (error, done) => {
        child.kill();
        done(error);
      },
    });
    const socket = Object.assign(duplex, { setKeepAlive: () => socket, setNoDelay: () => socket, setTimeout: () => socket, ref: () => socket, unref: () => socket }) as Duplex;
    const fail = (why: string) => socket.destroy(new Error(`ssh ${destination}: ${complaint.trim() || why}`));
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => { if (!socket.push(chunk)) child.stdout.pause(); });
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => {
      if (code === 0) socket.push(null);
      else if (!socket.destroyed) fail(`it ended with ${code}`);
    });
    return socket;
  }
}
