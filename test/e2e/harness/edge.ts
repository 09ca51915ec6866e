import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type tls from 'node:tls';
import { eventually } from './eventually';
import type { Kubectl } from './kubectl';

/** Where the Ingresses of a cluster are reached. */
export interface EdgeAddress {
  readonly address: string;
  readonly http: number;
  readonly https: number;
}

/** The address that the status of an Ingress names. */
export async function edgeOf(kubectl: Kubectl, ingress: string): Promise<EdgeAddress> {
  const [found] = await eventually(`the Ingress ${ingress} has an address`, async () => {
    const text = await kubectl(['get', 'ingress', ingress, '-o', 'jsonpath={.status.loadBalancer.ingress}']);
    return text !== '' && JSON.parse(text) as { readonly ip?: string; readonly hostname?: string; readonly ports?: readonly { readonly port: number }[] }[];
  });
  return { address: found.ip ?? found.hostname ?? '', http: found.ports?.[0]?.port ?? 80, https: found.ports?.[1]?.port ?? 443 };
}

export interface EdgeAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Common name of the certificate that was shown. */
  readonly certificate?: string;
}

export interface EdgeRequest {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: boolean;
}

/** One request on a connection of its own, without believing or following anything. */
export function ask(edge: EdgeAddress, { host, path = '/', method, headers, tls: secure = false }: EdgeRequest): Promise<EdgeAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host: edge.address, path, method, agent: false as const, timeout: 20_000, headers: { host, ...headers } };
    const request = secure ? https.request({ ...options, port: edge.https, servername: host, rejectUnauthorized: false }) : http.request({ ...options, port: edge.http });
    request.on('response', (response) => {
      let body = '';
      const certificate = secure ? String((response.socket as tls.TLSSocket).getPeerCertificate().subject.CN) : undefined;
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body, certificate }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 20 s'))).on('error', reject).end();
  });
}

/** The connection after a WebSocket's handshake. */
export function upgrade(edge: EdgeAddress, { host, path = '/', key }: { readonly host: string; readonly path?: string; readonly key: string }): Promise<{ readonly socket: Duplex; readonly accept: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'host': host, 'connection': 'Upgrade', 'upgrade': 'websocket', 'sec-websocket-key': key, 'sec-websocket-version': '13' };
    const request = http.request({ host: edge.address, port: edge.http, path, headers, agent: false, timeout: 20_000 });
    request.on('upgrade', (response, socket) => resolve({ socket, accept: response.headers['sec-websocket-accept'] ?? '' }));
    request.on('response', ({ statusCode }) => reject(new Error(`answered ${statusCode} instead of an upgrade`)));
    request.on('error', reject).end();
  });
}

export interface EdgeLoad {
  readonly sent: () => number;
  stop(): Promise<{ readonly requests: number; readonly failures: readonly string[]; readonly bodies: ReadonlySet<string> }>;
}

/** A steady load: half of the clients keep their connection, half open one for each request. Bounded to 100,000 requests. */
export function startEdgeLoad(edge: EdgeAddress, host: string, clients = 6): EdgeLoad {
  let requests = 0;
  let stopped = false;
  const failures: string[] = [];
  const bodies = new Set<string>();
  const kept = new http.Agent({ keepAlive: true });
  const client = async (agent: http.Agent | false) => {
    while (!stopped && requests < 100_000) {
      requests += 1;
      const { problem, body } = await get(edge, host, agent);
      if (problem) failures.push(`${new Date().toISOString()} ${agent ? 'kept' : 'new'} ${problem}`);
      else bodies.add(body);
    }
  };
  const running = Array.from({ length: clients }, (_, index) => client(index % 2 === 0 ? kept : false));
  return {
    sent: () => requests,
    async stop() {
      stopped = true;
      await Promise.all(running);
      kept.destroy();
      return { requests, failures, bodies };
    },
  };
}

function get({ address, http: port }: EdgeAddress, host: string, agent: http.Agent | false): Promise<{ readonly problem?: string; readonly body: string }> {
  return new Promise((resolve) => {
    const request = http.get({ host: address, port, path: '/', agent, timeout: 20_000, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text)).on('error', ({ message }) => resolve({ problem: message, body }));
      response.on('end', () => resolve({ body, problem: response.statusCode === 200 ? undefined : `status ${response.statusCode}` }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 20 s'))).on('error', ({ message }) => resolve({ problem: message, body: '' }));
  });
}
