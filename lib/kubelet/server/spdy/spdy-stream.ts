import { Duplex } from 'node:stream';
import { dataFrame, FLAG_FIN } from './frames';
import type { SpdyHeaders } from './header-block';

const MAXIMUM_FRAME = 32 * 1024;

/** What a stream asks of its connection. */
export interface StreamTransport {
  /** Resolves when the bytes have left, or the connection is gone. */
  send(frame: Buffer): Promise<void>;
  reset(streamId: number): void;
  closed(streamId: number): void;
}

/** One stream of a SPDY connection: both directions end independently, and both have back-pressure. */
export class SpdyStream extends Duplex {
  private makeRoom: (() => void) | undefined;

  constructor(readonly id: number, readonly headers: SpdyHeaders, private readonly transport: StreamTransport) {
    super({ allowHalfOpen: true, readableHighWaterMark: 256 * 1024, writableHighWaterMark: 64 * 1024 });
  }

  /** Data from the peer. Resolves when more may come. */
  async receive(data: Buffer, end: boolean): Promise<void> {
    if (this.destroyed || this.readableEnded) return;
    const hasRoom = data.length === 0 || this.push(data);
    if (end) this.push(null);
    else if (!hasRoom) await new Promise<void>((resolve) => { this.makeRoom = resolve; });
  }

  override _read(): void {
    this.makeRoom?.();
    this.makeRoom = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    void this.sendPieces(chunk).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    void this.transport.send(dataFrame(this.id, Buffer.alloc(0), FLAG_FIN)).then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this._read();
    if (error || !this.writableFinished) this.transport.reset(this.id);
    this.transport.closed(this.id);
    callback(error);
  }

  private async sendPieces(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length; offset += MAXIMUM_FRAME) {
      await this.transport.send(dataFrame(this.id, chunk.subarray(offset, offset + MAXIMUM_FRAME)));
    }
  }
}
