import type { Duplex } from 'node:stream';
import { drained } from '../../../base/drained';
import { controlFrame, FLAG_FIN, FrameParser, FrameType, uint32s, type Frame } from './frames';
import { decodeHeaders, encodeHeaders, HeaderCodec } from './header-block';
import { SpdyStream, type StreamTransport } from './spdy-stream';

const CANCEL = 5;

/**
 * The server's side of SPDY/3.1 as client-go speaks it over any byte stream (an upgraded connection, or a WebSocket).
 *
 * client-go neither sends nor heeds window updates, so the window of SPDY would stall after 64 KiB. Back-pressure is that of the transport
 * instead: a full socket holds up writers, and a stream that nobody reads stops the reading of the connection, as in moby/spdystream.
 */
export class SpdyConnection implements StreamTransport {
  private readonly streams = new Map<number, SpdyStream>();
  private readonly inflate = HeaderCodec.decompressor();
  private readonly deflate = HeaderCodec.compressor();
  private replies: Promise<void> = Promise.resolve();
  private ended = false;

  /** @param onStream called for each stream the client opens, after it was accepted */
  constructor(private readonly transport: Duplex, private readonly onStream: (stream: SpdyStream) => void) {}

  /** Reads until the client closes the connection. Never rejects. */
  async run(): Promise<void> {
    const parser = new FrameParser();
    try {
      for await (const chunk of this.transport as AsyncIterable<Buffer>) {
        for (const frame of parser.push(chunk)) await this.handle(frame);
      }
    } catch {
      // A connection that breaks and one that speaks something else end the same way.
    }
    this.close();
  }

  /** Sends what is still to be sent, then ends the connection. */
  async finish(): Promise<void> {
    await this.replies;
    if (this.ended || this.transport.destroyed) return;
    this.transport.end(controlFrame(FrameType.GoAway, uint32s(0, 0)));
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    for (const stream of this.streams.values()) stream.destroy();
    this.inflate.close();
    this.deflate.close();
    this.transport.destroy();
  }

  async send(frame: Buffer): Promise<void> {
    if (this.ended || this.transport.destroyed || this.transport.writableEnded) return;
    await this.replies;
    if (!this.transport.write(frame)) await drained(this.transport);
  }

  reset(streamId: number): void {
    if (this.streams.has(streamId)) void this.send(controlFrame(FrameType.RstStream, uint32s(streamId, CANCEL)));
  }

  closed(streamId: number): void {
    this.streams.delete(streamId);
  }

  private async handle(frame: Frame): Promise<void> {
    if (frame.kind === 'data') {
      await this.streams.get(frame.streamId)?.receive(frame.payload, (frame.flags & FLAG_FIN) !== 0);
      return;
    }
    const { type, flags, payload } = frame;
    if (type === FrameType.SynStream) await this.accept(payload, flags);
    else if (type === FrameType.Ping) void this.send(controlFrame(FrameType.Ping, payload));
    else if (type === FrameType.RstStream) this.resetByPeer(payload.readUInt32BE(0));
    // The compression of headers has a state: a block that is not needed is read all the same.
    else if (type === FrameType.Headers || type === FrameType.SynReply) await this.inflate.run(payload.subarray(4));
  }

  private async accept(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = decodeHeaders(await this.inflate.run(payload.subarray(10)));
    const stream = new SpdyStream(id, headers, this);
    stream.on('error', () => undefined);
    this.streams.set(id, stream);
    this.replies = this.replies.then(async () => {
      const block = await this.deflate.run(encodeHeaders({}));
      if (!this.ended && !this.transport.writableEnded) this.transport.write(controlFrame(FrameType.SynReply, Buffer.concat([uint32s(id), block])));
    });
    if ((flags & FLAG_FIN) !== 0) await stream.receive(Buffer.alloc(0), true);
    this.onStream(stream);
  }

  private resetByPeer(id: number): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    stream?.destroy();
  }
}
