import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { SpdyConnection } from '../spdy/spdy-connection';
import type { SpdyStream } from '../spdy/spdy-stream';

export const PORT_FORWARD_PROTOCOL = 'portforward.k8s.io';

interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
}

/** Port-forward over SPDY: each connection of the client is a pair of streams with the same request id. Ends when the client closes. */
export async function serveSpdyPortForward(socket: Duplex, connect: (port: number) => Promise<Duplex>): Promise<void> {
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection(socket, (stream) => {
    const { streamtype, requestid = String(stream.id - (stream.headers.streamtype === 'data' ? 2 : 0)), port } = stream.headers;
    const pair = pairs.get(requestid) ?? {};
    pairs.set(requestid, pair);
    if (streamtype === 'error') pair.error = stream;
    else pair.data = stream;
    if (!pair.error || !pair.data) return;
    pairs.delete(requestid);
    void forward(pair.data, pair.error, Number(port), connect);
  });
  await connection.run();
}

async function forward(data: SpdyStream, error: SpdyStream, port: number, connect: (port: number) => Promise<Duplex>): Promise<void> {
  try {
    const remote = await connect(port);
    remote.on('error', () => data.end());
    data.once('close', () => remote.destroy());
    data.pipe(remote);
    remote.pipe(data);
    await finished(remote, { writable: false });
    error.end();
  } catch (failure) {
    error.end(`an error occurred forwarding ${port}: ${failure instanceof Error ? failure.message : String(failure)}`);
    data.end();
  }
}
