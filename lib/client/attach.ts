import type { RawData } from 'ws';
import { resourceOf, resourcePath } from '../api/kinds';
import type { ClusterAccess } from './kubeconfig';

export interface AttachOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly stdin: boolean;
  /** Standard output and error; with `tty` they are one. */
  readonly output: boolean;
  readonly tty: boolean;
  readonly onOutput: (data: Uint8Array, stream: 'stdout' | 'stderr') => void;
}

/** A connection to a running container's streams. */
export interface Attachment {
  write(data: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** Detaches. A container that was started for one client only (`stdinOnce`) sees the end of its input. */
  close(): void;
  /** Resolves when the connection has ended, from whichever side; rejects when it broke. */
  readonly ended: Promise<void>;
}

const STDIN = 0;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;

/** Attaches by WebSocket (`v4.channel.k8s.io`). Rejects when the server refuses. */
export async function attach(access: ClusterAccess, { namespace, pod, container, stdin, output, tty, onOutput }: AttachOptions): Promise<Attachment> {
  const { WebSocket } = await import('ws');
  const base = new URL(access.server);
  const query = new URLSearchParams({ container, stdin: String(stdin), stdout: String(output), stderr: String(output && !tty), tty: String(tty) });
  const address = `${base.protocol === 'http:' ? 'ws:' : 'wss:'}//${base.host}${base.pathname.replace(/\/$/, '')}${resourcePath(resourceOf('Pod'), { namespace, name: pod, subresource: 'attach' })}?${query}`;
  const socket = new WebSocket(address, 'v4.channel.k8s.io', {
    ca: access.ca, cert: access.cert, key: access.key, rejectUnauthorized: !access.insecureSkipTlsVerify, ...(access.tlsServerName && { servername: access.tlsServerName }), headers: authorization(access),
  });
  const ended = new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve()).on('error', reject);
  });
  ended.catch(() => undefined); // it is also told by the refusal below
  socket.on('message', (message: RawData) => {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message as ArrayBuffer);
    const [channel] = bytes;
    if (bytes.length > 1 && channel !== undefined && channel !== ERROR) onOutput(bytes.subarray(1), channel === STDERR ? 'stderr' : 'stdout');
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve).on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => reject(new Error(`cannot attach to pod ${pod}: ${refusal(Buffer.concat(chunks).toString('utf8'), response.statusCode)}`)));
    });
  });
  const send = (channel: number, data: Uint8Array | string) => socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]));
  return {
    ended, close: () => socket.close(),
    write: (data) => send(STDIN, data),
    resize: (columns, rows) => send(RESIZE, JSON.stringify({ Width: columns, Height: rows })),
  };
}

function authorization({ token, username, password = '' }: ClusterAccess): Record<string, string> {
  if (token) return { authorization: `Bearer ${token}` };
  return username === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** The message of a Status, else what was said. */
function refusal(body: string, status: number | undefined): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body.trim() || `status ${status}`;
  }
}
