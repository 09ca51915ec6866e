import * as http2 from 'node:http2';
import type { ProbeAnswer } from './probe-action';

const SERVING = 1;

/** grpc.health.v1.Health/Check over HTTP/2 without TLS, in the few bytes of protobuf that it takes. */
export function grpcHealth(host: string, port: number, service: string, timeoutSeconds: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const session = http2.connect(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
    const done = (success: boolean, output: string) => {
      clearTimeout(timer);
      session.destroy();
      resolve({ success, output });
    };
    const timer = setTimeout(() => done(false, `timeout: failed to connect service "${host}:${port}" within ${timeoutSeconds}s`), timeoutSeconds * 1000);
    session.on('error', (error) => done(false, `error: failed to connect service at "${host}:${port}": ${error.message}`));

    const request = session.request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', 'te': 'trailers', 'user-agent': 'kube-probe/1.28' });
    const chunks: Buffer[] = [];
    let grpcStatus: string | undefined;
    const readStatus = (headers: http2.IncomingHttpHeaders) => { grpcStatus = headers['grpc-status']?.toString() ?? grpcStatus; };
    request.on('response', readStatus);
    request.on('trailers', readStatus);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', (error) => done(false, error.message));
    request.on('end', () => {
      const serving = servingStatus(Buffer.concat(chunks));
      if (grpcStatus !== '0') done(false, `error: health rpc failed: status = ${grpcStatus ?? 'none'}`);
      else done(serving === SERVING, `service unhealthy (responded with "${['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'][serving] ?? serving}")`);
    });
    request.end(checkRequest(service));
  });
}

/** Frame header (not compressed, length), then field 1 as a string. */
function checkRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Field 1 (an enumeration) of the answer; 0 is what protobuf leaves out. */
function servingStatus(frame: Buffer): number {
  return frame[5] === 0x08 ? frame[6] : 0;
}
