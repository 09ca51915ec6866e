import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { controlFrame, dataFrame, FLAG_FIN, FrameParser, FrameType, uint32s, type Frame } from '../../../lib/kubelet/server/spdy/frames';
import { decodeHeaders, encodeHeaders, HeaderCodec } from '../../../lib/kubelet/server/spdy/header-block';
import { SpdyConnection } from '../../../lib/kubelet/server/spdy/spdy-connection';

async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const socket = await accepted;
  server.close();
  return [client, socket];
}

async function* frames(client: Socket): AsyncGenerator<Frame> {
  const parser = new FrameParser();
  for await (const chunk of client as AsyncIterable<Buffer>) yield* parser.push(chunk);
}

describe('SPDY/3.1', () => {
  it('cuts frames out of bytes that come one by one', () => {
    const bytes = Buffer.concat([dataFrame(1, Buffer.from('hello')), controlFrame(FrameType.Ping, uint32s(7)), dataFrame(3, Buffer.alloc(0), FLAG_FIN)]);
    const parser = new FrameParser();
    const seen = [...bytes].flatMap((byte) => [...parser.push(Buffer.from([byte]))]);
    expect(seen).toMatchObject([{ kind: 'data', streamId: 1, payload: Buffer.from('hello') }, { kind: 'control', type: FrameType.Ping }, { kind: 'data', streamId: 3, flags: FLAG_FIN }]);
  });

  it('compresses headers with a state that both sides share', async () => {
    const [compressor, decompressor] = [HeaderCodec.compressor(), HeaderCodec.decompressor()];
    for (const headers of [{ streamtype: 'stdin', port: '80' }, { streamtype: 'stdin', port: '81' }]) {
      expect(decodeHeaders(await decompressor.run(await compressor.run(encodeHeaders(headers))))).toEqual(headers);
    }
  });

  it('accepts streams, passes data both ways, and holds a writer up whose peer does not read', async () => {
    const [client, socket] = await socketPair();
    const compressor = HeaderCodec.compressor();
    const big = Buffer.alloc(8 * 1024 * 1024, 'x');
    let waited = false;
    const connection = new SpdyConnection(socket, (stream) => {
      waited = !stream.write(big);
      stream.pipe(stream, { end: false });
      stream.on('end', () => stream.end());
    });
    const running = connection.run();
    client.write(controlFrame(FrameType.SynStream, Buffer.concat([uint32s(1, 0), Buffer.from([0, 0]), await compressor.run(encodeHeaders({ streamtype: 'data' }))])));
    client.write(dataFrame(1, Buffer.from('ping')));
    client.write(dataFrame(1, Buffer.alloc(0), FLAG_FIN));

    let received = 0;
    let replied = false;
    let tail = '';
    for await (const frame of frames(client)) {
      if (frame.kind === 'control') replied ||= frame.type === FrameType.SynReply;
      else {
        received += frame.payload.length;
        tail = (tail + frame.payload.toString('latin1')).slice(-4);
        if (frame.flags & FLAG_FIN) break;
      }
    }
    expect({ received, replied, waited, tail }).toEqual({ received: big.length + 4, replied: true, waited: true, tail: 'ping' });
    client.destroy();
    await running;
  });
});
