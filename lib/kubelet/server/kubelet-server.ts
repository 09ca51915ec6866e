import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { KubeletContext, ReadonlyPod } from '../kubelet-context';
import { HttpError, type Endpoint } from './endpoints/endpoint';
import { ENDPOINTS } from './endpoints/index';
import { CpuRates } from '../stats/cpu-rates';
import { TokenAccess } from './token-access';
import { refuse } from './upgrade';

export interface ServerTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Client certificates of this authority for cluster administrators (the API server's) are let in; besides them only bearer tokens that the API server allows. */
  readonly clientCa: string;
}

export interface KubeletServerConfig {
  readonly context: KubeletContext;
  readonly tls: ServerTls;
  /** 0 for any free port. */
  readonly port: number;
  readonly pods: () => readonly ReadonlyPod[];
}

/** The node's HTTPS port: logs, exec, attach, port-forward and statistics for the API server. */
export class KubeletServer {
  private boundPort: number | undefined;
  private readonly cpuRates = new CpuRates();
  private readonly tokens: TokenAccess;

  constructor(private readonly config: KubeletServerConfig) {
    this.tokens = new TokenAccess(config.context);
  }

  /** Known after `start`. */
  get port(): number {
    return this.boundPort ?? this.config.port;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { cert, key, clientCa } = this.config.tls;
    const server = https.createServer({ cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: false });
    server.on('request', (request, response) => void this.handle(request, response));
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
    const sockets = new Set<Duplex>();
    server.on('secureConnection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.config.port, () => resolve());
    });
    this.boundPort = (server.address() as AddressInfo).port;
    signal.addEventListener('abort', () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    }, { once: true });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { endpoint, ...call } = await this.route(request);
      if (!endpoint.handle) throw new HttpError(400, 'you must upgrade this request to SPDY/3.1 or WebSocket');
      await endpoint.handle({ ...call, request, response });
    } catch (error) {
      this.log(request, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(statusOf(error), { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${messageOf(error)}\n`);
    }
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const upgrade = { request, socket, head };
    try {
      const { endpoint, ...call } = await this.route(request);
      if (!endpoint.upgrade) throw new HttpError(400, 'this path does not change its protocol');
      await endpoint.upgrade({ ...call, upgrade });
    } catch (error) {
      this.log(request, error);
      if (error instanceof HttpError) refuse(upgrade, error.status, 'Refused', error.message);
      else socket.destroy();
    }
  }

  private async route(request: IncomingMessage) {
    const url = new URL(request.url ?? '/', 'https://node');
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const socket = request.socket as TLSSocket;
    if (socket.authorized || !token) checkCertificate(socket);
    else await this.tokens.check(token, request.method ?? 'GET', url.pathname);
    for (const endpoint of ENDPOINTS) {
      const params = matchPath(endpoint.path, url.pathname);
      if (params) return { endpoint, params, query: url.searchParams, context: this.config.context, pods: this.config.pods, cpuRates: this.cpuRates };
    }
    throw new HttpError(404, `the server could not find the requested resource ${url.pathname}`);
  }

  private log(request: IncomingMessage, error: unknown): void {
    this.config.context.logger.debug('request failed', { method: request.method, url: request.url, error });
  }
}

/** Groups that may do everything on a node; a certificate of another node or of a user opens nothing here. */
const ADMINISTRATORS = ['system:masters', 'kubeadm:cluster-admins'];

function checkCertificate(socket: TLSSocket): void {
  if (!socket.authorized) throw new HttpError(401, 'Unauthorized');
  const { subject } = socket.getPeerCertificate();
  const groups = [subject.O ?? []].flat();
  if (!groups.some((group) => ADMINISTRATORS.includes(group))) throw new HttpError(403, `Forbidden (user=${subject.CN})`);
}

/** Pure. */
export function matchPath(pattern: Endpoint['path'], path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (given.at(-1) === '') given.pop();
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(given[index]);
    else if (segment !== given[index]) return undefined;
  }
  return params;
}

const statusOf = (error: unknown) => (error instanceof HttpError ? error.status : 500);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
