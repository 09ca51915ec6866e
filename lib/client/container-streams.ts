import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { resourceOf, resourcePath } from '../api/kinds';
import type { meta } from '../api/types';
import { authorizationHeader, currentCredentials } from './credentials';
import type { ClusterAccess } from './kubeconfig';

export interface StreamsOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** A program to start in the container. @default none: attaches to the one that runs */
  readonly command?: readonly string[];
  readonly stdin: boolean;
  /** Standard output and error; with `tty` they are one. */
  readonly output: boolean;
  readonly tty: boolean;
  /** The end of the input has to be told: by `end()`. Servers that cannot tell it refuse (Kubernetes before 1.30 on nodes that are not ours). @default false */
  readonly endsInput?: boolean;
  /** The connection waits for what it resolves with. */
  readonly onOutput: (data: Uint8Array, stream: 'stdout' | 'stderr') => void | Promise<void>;
}

/** A connection to the streams of a running container, or of a command in it. */
export interface Streams {
  /** Resolves when the data has left. */
  write(data: Uint8Array): Promise<void>;
  /** Tells the command that there is no more input, where the server can. */
  end(): void;
  resize(columns: number, rows: number): void;
  /** Ends the connection. A container that was started for one client only (`stdinOnce`) sees the end of its input. */
  close(): void;
  /** Resolves when the connection has ended, from whichever side, with the exit code of the command where it was told; rejects when the connection broke, or the command could not be run. */
  readonly ended: Promise<number | undefined>;
}

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];
const V5 = 'v5.channel.k8s.io';
const V4 = 'v4.channel.k8s.io';

/** Attaches, or executes a command, by WebSocket. Rejects when the server refuses. */
export async function openStreams(access: ClusterAccess, options: StreamsOptions): Promise<Streams> {
  const { WebSocket: Socket } = await import('ws');
  const credentials = await currentCredentials(access);
  // Only v5 can end the input. A server that does not have it must refuse before anything has been started.
  const socket = new Socket(addressOf(access, options), options.endsInput ? [V5] : [V5, V4], {
    ca: access.ca, cert: credentials.cert, key: credentials.key, rejectUnauthorized: !access.insecureSkipTlsVerify, ...(access.tlsServerName && { servername: access.tlsServerName }), headers: { ...access.headers, ...authorizationHeader(credentials) } as Record<string, string>,
  });
  const ended = endOf(socket, options);
  ended.catch(() => undefined); // a refusal is told below, too
  await opened(socket, options);
  const send = (channel: number, data: Uint8Array | string) => new Promise<void>((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve(); // the end is told by `ended`
    return socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]), () => resolve());
  });
  return {
    ended, close: () => socket.close(),
    write: (data) => send(STDIN, data),
    end: () => void (socket.protocol === V5 ? send(CLOSE, Buffer.of(STDIN)) : undefined),
    resize: (columns, rows) => void send(RESIZE, JSON.stringify({ Width: columns, Height: rows })),
  };
}

function addressOf({ server }: ClusterAccess, { namespace, pod, container, command, stdin, output, tty }: StreamsOptions): string {
  const base = new URL(server);
  const query = new URLSearchParams({ container, stdin: String(stdin), stdout: String(output), stderr: String(output && !tty), tty: String(tty) });
  for (const word of command ?? []) query.append('command', word);
  const path = resourcePath(resourceOf('Pod'), { namespace, name: pod, subresource: command ? 'exec' : 'attach' });
  return `${base.protocol === 'http:' ? 'ws:' : 'wss:'}//${base.host}${base.pathname.replace(/\/$/, '')}${path}?${query}`;
}

/** Hands on what comes, one message after the other, and says how it ended. */
function endOf(socket: WebSocket, { onOutput }: StreamsOptions): Promise<number | undefined> {
  let handed: Promise<void> = Promise.resolve();
  let status: meta.Status | undefined;
  socket.on('message', (message: RawData) => {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message as ArrayBuffer);
    const [channel] = bytes;
    const data = bytes.subarray(1);
    if (data.length === 0) return;
    if (channel === ERROR) status = JSON.parse(data.toString('utf8')) as meta.Status;
    if (channel !== STDOUT && channel !== STDERR) return;
    const taken = onOutput(data, channel === STDERR ? 'stderr' : 'stdout');
    if (!taken) return;
    socket.pause();
    handed = taken.then(() => socket.resume());
  });
  return new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve()).on('error', reject);
  }).then(async () => {
    await handed;
    return status && exitCodeOf(status);
  });
}

/** How a command ended. Throws when it could not be run. Pure. */
export function exitCodeOf({ status, message, details }: meta.Status): number {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code !== undefined && /^\d+$/.test(code)) return Number(code);
  throw new Error(message ?? 'the server does not say why the command could not be run');
}

function opened(socket: WebSocket, { pod, command, endsInput }: StreamsOptions): Promise<void> {
  const refused = (why: string) => new Error(`cannot ${command ? 'execute a command in' : 'attach to'} pod ${pod}: ${why}`);
  return new Promise<void>((resolve, reject) => {
    socket.on('open', resolve).on('error', (error) => {
      reject(endsInput && /subprotocol/i.test(error.message) ? refused(NO_END) : error);
    });
    socket.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const why = refusal(Buffer.concat(chunks).toString('utf8'), response.statusCode);
        reject(refused(endsInput && /protocol/i.test(why) ? NO_END : why));
      });
    });
  });
}

const NO_END = 'its node cannot tell a command that its input has ended (Kubernetes before 1.30), so nothing can be piped into it; say < /dev/null when it needs no input, else pipe it with kubectl exec -i';

/** The message of a Status, else what was said. */
function refusal(body: string, status: number | undefined): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body.trim() || `status ${status}`;
  }
}
