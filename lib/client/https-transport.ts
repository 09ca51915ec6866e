import * as http from 'node:http';
import * as https from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '../api/request';
import { ConnectionError } from './connection-error';

export interface HttpsTransportOptions {
  /** `https://127.0.0.1:6443`; `http:` is taken too. A path prefix is kept. */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. @default the system's authorities */
  readonly ca?: string;
  /** PEM of the client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** Bearer token, or a function that is asked before every request (tokens that are rotated). */
  readonly token?: string | (() => string | Promise<string>);
  /** Basic authentication, as old kubeconfigs hold. */
  readonly username?: string;
  readonly password?: string;
  readonly insecureSkipTlsVerify?: boolean;
  /** Name expected in the server's certificate, where it differs from the address. */
  readonly tlsServerName?: string;
  readonly userAgent?: string;
}

/**
 * Calls an API server over HTTPS with kept-alive connections. Watches are streams of parsed events, logs streams of bytes. Nothing is retried here.
 * The request's `user` is ignored: the credentials say who asks.
 */
export function httpsTransport(options: HttpsTransportOptions): Transport {
  const base = parseServer(options.server);
  const secure = base.protocol === 'https:';
  const agent = secure
    ? new https.Agent({
      keepAlive: true, ca: options.ca, cert: options.cert, key: options.key,
      rejectUnauthorized: !options.insecureSkipTlsVerify, ...(options.tlsServerName && { servername: options.tlsServerName }),
    })
    : new http.Agent({ keepAlive: true });

  return async (request) => {
    const { path, headers, payload } = await encode(request, base, options);
    const answer = await exchange(secure ? https.request : http.request, { base, agent, method: request.method, path, headers, payload, signal: request.signal });
    return decode(answer, request, base);
  };
}

function parseServer(server: string): URL {
  try {
    return new URL(server);
  } catch (error) {
    throw new Error(`"${server}" is not the address of an API server; write it as https://host:port`, { cause: error });
  }
}

async function encode({ path, query, headers = {}, body }: ApiRequest, base: URL, options: HttpsTransportOptions) {
  const token = typeof options.token === 'function' ? await options.token() : options.token;
  const authorization = token ? `Bearer ${token}`
    : options.username !== undefined ? `Basic ${Buffer.from(`${options.username}:${options.password ?? ''}`).toString('base64')}` : undefined;
  const payload = body === undefined ? undefined : typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const search = query?.toString();
  return {
    payload,
    path: `${base.pathname.replace(/\/$/, '')}${path}${search ? `?${search}` : ''}`,
    headers: {
      'accept': 'application/json',
      'user-agent': options.userAgent ?? 'cdk8s-twelve-factor',
      ...(authorization && { authorization }),
      ...(payload && { 'content-type': 'application/json', 'content-length': String(payload.length) }),
      ...headers,
    },
  };
}

interface Exchange {
  readonly base: URL;
  readonly agent: http.Agent;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly payload?: Buffer;
  readonly signal?: AbortSignal;
}

function exchange(send: typeof http.request, { base, agent, method, path, headers, payload, signal }: Exchange): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const outgoing = send({ protocol: base.protocol, hostname: base.hostname.replace(/^\[|\]$/g, ''), port: base.port, agent, method, path, headers });
    let arrived: 'no' | 'unknown' = 'no';
    const abort = () => outgoing.destroy(aborted(signal));
    signal?.addEventListener('abort', abort, { once: true });
    outgoing.on('socket', (socket) => {
      socket.setKeepAlive(true, 15_000);
      // Before the connection stands nothing of the request has left this machine.
      if (socket.connecting) socket.once(base.protocol === 'https:' ? 'secureConnect' : 'connect', () => { arrived = 'unknown'; });
      else arrived = 'unknown';
    });
    outgoing.on('close', () => signal?.removeEventListener('abort', abort));
    outgoing.on('error', (error) => reject(signal?.aborted ? aborted(signal) : unreachable(base, error, arrived)));
    outgoing.on('response', resolve);
    outgoing.end(payload);
    return undefined;
  });
}

function aborted(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('the request was aborted');
}

const CERTIFICATE_PROBLEM = /CERT|SIGNATURE|ALTNAME|SELF_SIGNED|UNABLE_TO|TLS|SSL/;

function unreachable(base: URL, error: NodeJS.ErrnoException, arrived: 'no' | 'unknown'): Error {
  const server = base.origin;
  if (CERTIFICATE_PROBLEM.test(error.code ?? '')) {
    return new ConnectionError(`the certificate of the API server ${server} is not accepted: ${error.message}; the kubeconfig is for another server or an earlier one, get a new one`, { arrived, permanent: true, cause: error });
  }
  // Several addresses of one name fail as one AggregateError with an empty message.
  const why = error.message || error.code || 'no address answered';
  return new ConnectionError(`cannot reach the API server ${server}: ${why}; start it, or choose another kubeconfig or context`, { arrived, cause: error });
}

async function decode(answer: http.IncomingMessage, request: ApiRequest, base: URL): Promise<ApiResponse> {
  const status = answer.statusCode ?? 0;
  const headers = Object.fromEntries(Object.entries(answer.headersDistinct).flatMap(([name, values]) => (values ? [[name, values.length === 1 ? values[0] : values]] : [])));
  const json = /[/+]json/.test(answer.headers['content-type'] ?? '');

  if (status < 400 && isWatch(request) && json) return { status, headers, stream: events(answer, base) };
  if (status < 400 && /\/log$/.test(request.path)) return { status, headers, stream: bytes(answer, base) };

  const chunks: Buffer[] = [];
  for await (const chunk of bytes(answer, base)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status, headers, body: json && text ? parse(text, base) : text };
}

const isWatch = ({ query, path }: ApiRequest) => ['1', 'true'].includes(query?.get('watch') ?? '') || /^\/(api|apis\/[^/]+)\/[^/]+\/watch\//.test(path);

function parse(text: string, base: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${base.origin} answered what is not JSON: ${text.slice(0, 200)}; is it a Kubernetes API server?`, { cause: error });
  }
}

async function* bytes(answer: http.IncomingMessage, base: URL): AsyncGenerator<Buffer> {
  try {
    yield* answer as AsyncIterable<Buffer>;
  } catch (error) {
    throw new ConnectionError(`the API server ${base.origin} ended the connection in the middle of an answer`, { arrived: 'unknown', cause: error });
  }
}

async function* events(answer: http.IncomingMessage, base: URL): AsyncGenerator<WatchEvent> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of bytes(answer, base)) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield parse(line, base) as WatchEvent;
  }
}
