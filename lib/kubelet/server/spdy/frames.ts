/** The frames of SPDY/3.1 that Kubernetes' streams use (draft-mbelshe-httpbis-spdy-00, 2.2). */
export const FrameType = { SynStream: 1, SynReply: 2, RstStream: 3, Settings: 4, Ping: 6, GoAway: 7, Headers: 8, WindowUpdate: 9 } as const;

export const FLAG_FIN = 1;
export const HEADER_SIZE = 8;
const VERSION = 3;

export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

export function dataFrame(streamId: number, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32BE(streamId, 0);
  writeLength(header, flags, payload.length);
  return payload.length === 0 ? header : Buffer.concat([header, payload]);
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt16BE(0x8000 | VERSION, 0);
  header.writeUInt16BE(type, 2);
  writeLength(header, flags, payload.length);
  return Buffer.concat([header, payload]);
}

export function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}

function writeLength(header: Buffer, flags: number, length: number): void {
  header.writeUInt8(flags, 4);
  header.writeUIntBE(length, 5, 3);
}

/** Cuts a stream of bytes into frames; what arrives in pieces is kept until it is whole. */
export class FrameParser {
  private chunks: Buffer[] = [];
  private size = 0;

  *push(chunk: Buffer): Generator<Frame> {
    this.chunks.push(chunk);
    this.size += chunk.length;
    while (this.size >= HEADER_SIZE) {
      const header = this.peek(HEADER_SIZE);
      const length = header.readUIntBE(5, 3);
      if (this.size < HEADER_SIZE + length) return;
      const frame = this.peek(HEADER_SIZE + length);
      this.chunks = [this.chunks[0].subarray(HEADER_SIZE + length)];
      this.size -= HEADER_SIZE + length;
      yield toFrame(header, frame.subarray(HEADER_SIZE, HEADER_SIZE + length));
    }
  }

  /** At least so many bytes in one piece, joined only when needed. */
  private peek(length: number): Buffer {
    if (this.chunks[0].length < length) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }
}

function toFrame(header: Buffer, payload: Buffer): Frame {
  const first = header.readUInt32BE(0);
  const flags = header.readUInt8(4);
  if (first < 0x80000000) return { kind: 'data', streamId: first, flags, payload };
  if (header.readUInt16BE(0) !== (0x8000 | VERSION)) throw new Error(`SPDY: version ${header.readUInt16BE(0) & 0x7fff} is not supported, only ${VERSION}`);
  return { kind: 'control', type: header.readUInt16BE(2), flags, payload };
}
