import type { Duplex, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { StreamOptions } from '../../../cri/cri';
import { SpdyConnection } from '../spdy/spdy-connection';
import type { SpdyStream } from '../spdy/spdy-stream';
import { endStatus, type CommandEnd, type RemoteCommandStreams, type TerminalSize } from './remote-command';

export const COMMAND_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'] as const;
export type CommandProtocol = (typeof COMMAND_PROTOCOLS)[number];

const OPEN_TIMEOUT = 30_000;

/** Exec and attach over SPDY: the client opens one stream for each thing it asked for. Rejects when it does not. */
export async function spdyCommandStreams(socket: Duplex, options: StreamOptions, protocol: CommandProtocol): Promise<RemoteCommandStreams> {
  const hasResize = options.tty && (protocol === 'v4.channel.k8s.io' || protocol === 'v3.channel.k8s.io');
  const expected = ['error', ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => options[name]), ...(hasResize ? ['resize'] : [])];
  const closed = new AbortController();
  const streams = new Map<string, SpdyStream>();
  const connection = await new Promise<SpdyConnection>((resolve, reject) => {
    const opened = new SpdyConnection(socket, (stream) => {
      streams.set(stream.headers.streamtype ?? '', stream);
      if (!expected.every((name) => streams.has(name))) return;
      clearTimeout(timer);
      resolve(opened);
    });
    const timer = setTimeout(() => {
      opened.close();
      reject(new Error('the client did not open its streams in time'));
    }, OPEN_TIMEOUT);
    closed.signal.addEventListener('abort', () => reject(new Error('the client went away')), { once: true });
    void opened.run().finally(() => {
      clearTimeout(timer);
      closed.abort();
    });
  });
  return {
    stdin: streams.get('stdin') as Readable | undefined,
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    closed: closed.signal,
    onResize: (listener) => readSizes(streams.get('resize'), listener),
    async finish(end) {
      await Promise.all([ended(streams.get('stdout')), ended(streams.get('stderr')), ended(streams.get('error'), errorText(end, protocol))]);
      await connection.finish();
    },
  };
}

/** Older protocols carry text, and nothing for success. */
function errorText(end: CommandEnd, protocol: CommandProtocol): string {
  if (protocol === 'v4.channel.k8s.io') return JSON.stringify(endStatus(end));
  if ('error' in end) return end.error;
  return end.exitCode === 0 ? '' : `command terminated with exit code ${end.exitCode}`;
}

async function ended(stream: SpdyStream | undefined, last = ''): Promise<void> {
  if (!stream || stream.destroyed) return;
  if (!stream.writableEnded) stream.end(last);
  await finished(stream, { readable: false }).catch(() => undefined);
}

/** One JSON object after the other. */
function readSizes(stream: SpdyStream | undefined, listener: (size: TerminalSize) => void): void {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
      const size = parseSize(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size) listener(size);
    }
  });
}

export function parseSize(text: string): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width: number; Height: number };
    return Width > 0 && Height > 0 ? { width: Width, height: Height } : undefined;
  } catch {
    return undefined;
  }
}
