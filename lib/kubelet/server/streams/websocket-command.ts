import type { WebSocket } from 'ws';
import type { StreamOptions } from '../../../cri/cri';
import { Channels } from './channels';
import { endStatus, type RemoteCommandStreams, type TerminalSize } from './remote-command';
import { parseSize } from './spdy-command';

export const WEBSOCKET_COMMAND_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io'] as const;

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];

/** Exec and attach over WebSocket: the first byte of a message is the stream; 255 (of v5) says that the client closed one. */
export function websocketCommandStreams(socket: WebSocket, options: StreamOptions, protocol: string): RemoteCommandStreams {
  const channels = new Channels(socket, (channel, data) => {
    if (channel === CLOSE && data[0] === STDIN) stdin?.push(null);
  });
  // The first size comes with the connection, before there is a command to be told of it.
  let size: TerminalSize | undefined;
  let tell: (size: TerminalSize) => void = () => undefined;
  channels.onMessage(RESIZE, (data) => {
    size = parseSize(data.toString('utf8')) ?? size;
    if (size) tell(size);
  });
  const stdin = options.stdin ? channels.duplex(STDIN) : undefined;
  return {
    stdin,
    stdout: options.stdout ? channels.writable(STDOUT) : undefined,
    stderr: options.stderr ? channels.writable(STDERR) : undefined,
    closed: channels.closed,
    onResize(listener) {
      tell = listener;
      if (size) listener(size);
    },
    async finish(end) {
      const status = protocol === 'channel.k8s.io' ? plain(end) : JSON.stringify(endStatus(end));
      if (status) await channels.send(ERROR, Buffer.from(status));
      channels.close();
    },
  };
}

function plain(end: Parameters<RemoteCommandStreams['finish']>[0]): string {
  if ('error' in end) return end.error;
  return end.exitCode === 0 ? '' : `command terminated with exit code ${end.exitCode}`;
}
