import { Duplex, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** A WebSocket whose messages begin with the number of a channel, as `channel.k8s.io` and its successors have it. */
export class Channels {
  private readonly handlers = new Map<number, (data: Buffer) => void>();
  readonly closed: AbortSignal;

  constructor(private readonly socket: WebSocket, onOther: (channel: number, data: Buffer) => void = () => undefined) {
    const closed = new AbortController();
    this.closed = closed.signal;
    socket.on('close', () => closed.abort());
    socket.on('error', () => closed.abort());
    socket.on('message', (data: RawData) => {
      const message = toBuffer(data);
      if (message.length === 0) return;
      const handler = this.handlers.get(message[0]);
      if (handler) handler(message.subarray(1));
      else onOther(message[0], message.subarray(1));
    });
  }

  onMessage(channel: number, handler: (data: Buffer) => void): void {
    this.handlers.set(channel, handler);
  }

  /** Resolves when the bytes have left, or the client is gone. */
  send(channel: number, data: Buffer): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return Promise.resolve();
    return new Promise((resolve) => this.socket.send(Buffer.concat([Buffer.from([channel]), data]), { binary: true }, () => resolve()));
  }

  /** What is written goes out on the channel, at the pace of the connection. */
  writable(channel: number): Writable {
    return new Writable({ write: (chunk: Buffer, _encoding, callback) => void this.send(channel, chunk).then(() => callback()) });
  }

  /** Both directions of one channel. A slow reader stops the whole socket, as there is no other brake. */
  duplex(channel: number): Duplex {
    const { socket } = this;
    const stream = new Duplex({
      read: () => socket.resume(),
      write: (chunk: Buffer, _encoding, callback) => void this.send(channel, chunk).then(() => callback()),
    });
    this.onMessage(channel, (data) => {
      if (!stream.destroyed && !stream.readableEnded && !stream.push(data)) socket.pause();
    });
    this.closed.addEventListener('abort', () => stream.push(null), { once: true });
    return stream;
  }

  close(code = 1000): void {
    this.socket.resume();
    this.socket.close(code);
  }
}

export function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
