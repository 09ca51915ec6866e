import * as http from 'node:http';
import * as https from 'node:https';
import * as tls from 'node:tls';
import { StringDecoder } from 'node:string_decoder';
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '../api/request';
import { ConnectionError } from './connection-error';
import { authorizationHeader, type Credentials, type CredentialSource } from './credentials';

export interface HttpsTransportOptions extends Credentials {
  /** `https://127.0.0.1:6443`; `http:` is taken too. A path prefix is kept. */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. @default the system's authorities */
  readonly ca?: string;
  /** Instead of the fixed ones, where they change. */
  readonly credentials?: CredentialSource;
  /** Of every request. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly insecureSkipTlsVerify?: boolean;
  /** Name expected in the server's certificate, where it differs from the address. */
  readonly tlsServerName?: string;
  readonly userAgent?: string;
}

/**
 * Calls an API server over HTTPS with kept-alive connections. Watches are streams of parsed events, logs streams of bytes. Nothing is retried here but a request with credentials that have become old (401).
 * Rejects with ConnectionError when no answer was had. The request's `user` is ignored: the credentials say who asks.
 */
export function httpsTransport(options: HttpsTransportOptions): Transport {
  const base = parseServer(options.server);
  const agentFor = agents(base, options);
  const send = (request: ApiRequest, credentials: Credentials) => {
    const { path, headers, payload } = encode(request, base, options, credentials);
    return exchange(base.protocol === 'https:' ? https.request : http.request, { base, agent: agentFor(credentials), method: request.method, path, headers, payload, signal: request.signal });
  };

  return async (request) => {
    const { credentials } = options;
    if (!credentials) return decode(await send(request, options), request, base);
    const first = await credentials.current();
    const answer = await send(request, first);
    if (answer.statusCode !== 401 || !credentials.renew(first)) return decode(answer, request, base);
    answer.resume();
    return decode(await send(request, await credentials.current()), request, base);
  };
}

/** One agent, and a new one when the client certificate is another: connections stand for who made them. */
function agents(base: URL, options: HttpsTransportOptions): (credentials: Credentials) => http.Agent {
  if (base.protocol !== 'https:') {
    const agent = new http.Agent({ keepAlive: true });
    return () => agent;
  }
  let known: { readonly cert?: string; readonly agent: https.Agent } | undefined;
  return ({ cert, key }) => {
    if (!known || known.cert !== cert) {
      known = {
        cert, agent: new https.Agent({
          // One context for all connections: reading certificate and key again for each costs more than the handshake.
          keepAlive: true, secureContext: tls.createSecureContext({ ca: options.ca, cert, key }), rejectUnauthorized: !options.insecureSkipTlsVerify, ...(options.tlsServerName && { servername: options.tlsServerName }),
        }),
      };
    }
    return known.agent;
  };
}

function parseServer(server: string): URL {
  try {
    return new URL(server);
  } catch (error) {
    throw new Error(`"${server}" is not the address of an API server; write it as https://host:port`, { cause: error });
  }
}

function encode({ path, query, headers = {}, body }: ApiRequest, base: URL, options: HttpsTransportOptions, credentials: Credentials) {
  const payload = body === undefined ? undefined : typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const search = query?.toString();
  return {
    payload,
    path: `${base.pathname.replace(/\/$/, '')}${path}${search ? `?${search}` : ''}`,
    headers: {
      'accept': 'application/json',
      'user-agent': options.userAgent ?? 'cdk8s-twelve-factor',
      ...options.headers,
      ...authorizationHeader(credentials),
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
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly payload?: Buffer;
  readonly signal?: AbortSignal;
}

function exchange(send: typeof http.request, { base, agent, method, path, headers, payload, signal }: Exchange): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const outgoing = send({ protocol: base.protocol, hostname: base.hostname.replace(/^\[|\]$/g, ''), port: base.port, agent, method, path, headers: headers as http.OutgoingHttpHeaders });
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
