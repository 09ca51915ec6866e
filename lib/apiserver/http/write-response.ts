import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ApiResponse, WatchEvent } from '../../api/request';
import { eventBytes, toJsonBytes } from '../json-bytes';

/** Answers smaller than this are not worth compressing; upstream's limit. */
const COMPRESS_ABOVE = 128 * 1024;
const NEWLINE = Buffer.from('\n');

/** Sends an answer to its end. A client that goes away ends it silently. */
export async function writeResponse(response: ServerResponse, answer: ApiResponse, { acceptsGzip }: { readonly acceptsGzip: boolean }): Promise<void> {
  if (answer.stream) return writeStream(response, answer, answer.stream);
  const headers = { ...answer.headers };
  const json = headers['content-type'] === undefined || String(headers['content-type']).startsWith('application/json');
  headers['content-type'] ??= 'application/json';
  let bytes = encode(answer.body, json);
  if (acceptsGzip && bytes.length > COMPRESS_ABOVE) {
    bytes = gzipSync(bytes, { level: 1 });
    headers['content-encoding'] = 'gzip';
  }
  response.writeHead(answer.status, { ...mutable(headers), 'content-length': bytes.length });
  response.end(bytes);
}

function encode(body: unknown, json: boolean): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === 'string' && !json) return Buffer.from(body);
  return Buffer.concat([typeof body === 'object' && body !== null ? toJsonBytes(body) : Buffer.from(JSON.stringify(body)), NEWLINE]);
}

async function writeStream(response: ServerResponse, { status, headers = {} }: ApiResponse, stream: AsyncIterable<WatchEvent | Uint8Array>): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json', ...mutable(headers) });
  response.flushHeaders();
  for await (const part of stream) {
    if (response.destroyed) return;
    if (!response.write(part instanceof Uint8Array ? part : eventBytes(part))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

const mutable = (headers: NonNullable<ApiResponse['headers']>) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
