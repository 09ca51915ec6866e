import type { IncomingMessage } from 'node:http';
import { newStatus, StatusError } from '../../api/status-error';

/** etcd's request limit and the room that the encoding takes: upstream's default. */
const LIMIT = 3 * 1024 * 1024;

/** The whole body as text; as bytes where it is protobuf or for somebody else; undefined when there is none. Throws 413 above 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string | Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new StatusError(newStatus(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT}`));
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const bytes = Buffer.concat(chunks);
  const isOpaque = request.headers['content-type']?.startsWith('application/vnd.kubernetes.protobuf') || /\/proxy(\/|\?|$)/.test(request.url ?? '');
  return isOpaque ? bytes : bytes.toString('utf8');
}
