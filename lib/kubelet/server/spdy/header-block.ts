import * as zlib from 'node:zlib';
import { DICTIONARY } from './dictionary';

export type SpdyHeaders = Readonly<Record<string, string>>;

/** Pure. Number of pairs, then each name and value with its length. */
export function encodeHeaders(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([uint32(entries.length), ...entries.flatMap(([name, value]) => [text(name.toLowerCase()), text(value)])]);
}

/** Pure. Throws on a block that is cut off. */
export function decodeHeaders(block: Buffer): SpdyHeaders {
  let offset = 4;
  const next = () => {
    const length = block.readUInt32BE(offset);
    if (offset + 4 + length > block.length) throw new Error('SPDY: a header is longer than its block');
    const value = block.toString('utf8', offset + 4, offset + 4 + length);
    offset += 4 + length;
    return value;
  };
  const headers: Record<string, string> = {};
  for (let count = block.readUInt32BE(0); count > 0; count--) {
    const name = next();
    headers[name] = next();
  }
  return headers;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** One direction of header compression: the blocks of a connection share its state, so they go through in their order. */
export class HeaderCodec {
  private constructor(private readonly stream: zlib.Inflate | zlib.Deflate) {}

  static compressor(): HeaderCodec {
    return new HeaderCodec(zlib.createDeflate({ dictionary: DICTIONARY, flush: zlib.constants.Z_SYNC_FLUSH }));
  }

  static decompressor(): HeaderCodec {
    return new HeaderCodec(zlib.createInflate({ dictionary: DICTIONARY, flush: zlib.constants.Z_SYNC_FLUSH }));
  }

  /** One call at a time. */
  run(block: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const onData = (chunk: Buffer) => chunks.push(chunk);
      this.stream.once('error', reject);
      this.stream.on('data', onData);
      this.stream.write(block, () => {
        // What was pushed before the callback is emitted by then or in the next turn.
        setImmediate(() => {
          this.stream.off('data', onData);
          this.stream.off('error', reject);
          resolve(Buffer.concat(chunks));
        });
      });
    });
  }

  close(): void {
    this.stream.on('error', () => undefined);
    this.stream.destroy();
  }
}
