import { Duplex } from 'node:stream';
import type { WebSocket, RawData } from 'ws';
import { Channels, toBuffer } from './channels';

export const WEBSOCKET_PORT_FORWARD_PROTOCOLS = ['v4.channel.k8s.io', 'portforward.k8s.io'] as const;
/** SPDY inside of a WebSocket, as kubectl has it from 1.30 on. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io';

/** Two channels per port: data and errors, each beginning with the port (little endian). */
export async function serveWebsocketPortForward(socket: WebSocket, ports: readonly number[], connect: (port: number) => Promise<Duplex>): Promise<void> {
  const channels = new Channels(socket);
  await Promise.all(ports.map(async (port, index) => {
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16LE(port);
    const data = channels.duplex(index * 2);
    await Promise.all([channels.send(index * 2, prefix), channels.send(index * 2 + 1, prefix)]);
    const failed = (error: unknown) => void channels.send(index * 2 + 1, Buffer.from(`an error occurred forwarding ${port}: ${error instanceof Error ? error.message : String(error)}`));
    try {
      const remote = await connect(port);
      remote.on('error', failed);
      data.pipe(remote);
      remote.pipe(data);
      channels.closed.addEventListener('abort', () => remote.destroy(), { once: true });
    } catch (error) {
      failed(error);
    }
  }));
}

/** The messages of a WebSocket as a stream of bytes: the client cuts them anywhere. */
export function byteStream(socket: WebSocket): Duplex {
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, callback) => {
      if (socket.readyState === socket.OPEN) socket.send(chunk, { binary: true }, () => callback());
      else callback(new Error('the WebSocket is closed'));
    },
    final: (callback) => {
      socket.close(1000);
      callback();
    },
    destroy: (error, callback) => {
      socket.close(1000);
      callback(error);
    },
  });
  stream.on('error', () => undefined);
  socket.on('message', (data: RawData) => {
    if (!stream.destroyed && !stream.push(toBuffer(data))) socket.pause();
  });
  socket.on('close', () => { if (!stream.destroyed) stream.push(null); });
  socket.on('error', () => stream.destroy());
  return stream;
}
