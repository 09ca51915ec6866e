import type { Readable } from 'node:stream';
import type { LogChunk } from '../cri';

const HEADER = 8;
const STDERR = 2;

/** Takes the engine's frames (type, three zero bytes, length, data) apart. Frames are passed on as they arrive, in pieces if need be. */
export async function* demultiplex(source: Readable): AsyncGenerator<LogChunk> {
  let header = Buffer.alloc(0);
  let remaining = 0;
  let stream: LogChunk['stream'] = 'stdout';
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let rest = chunk;
    while (rest.length > 0) {
      if (remaining === 0) {
        const missing = HEADER - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < HEADER) break;
        stream = header[0] === STDERR ? 'stderr' : 'stdout';
        remaining = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const data = rest.subarray(0, remaining);
      remaining -= data.length;
      rest = rest.subarray(data.length);
      yield { stream, data };
    }
  }
}

/** A terminal has one output. */
export async function* asStdout(source: Readable): AsyncGenerator<LogChunk> {
  for await (const data of source as AsyncIterable<Buffer>) yield { stream: 'stdout', data };
}
