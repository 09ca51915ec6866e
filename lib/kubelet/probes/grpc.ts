import * as http2 from 'node:http2';
import type { ProbeAnswer } from './probe-action';

const SERVING = 1;

/** grpc.health.v1.Health/Check over HTTP/2 without TLS, in the few bytes of protobuf that it takes. */
export function grpcHealth(host: string, port: number, service: string, timeoutSeconds: number): Promise<ProbeAnswer> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve) => {
    const session = http2.connect(`http://${address}`);
    let connected = false;
    const done = (result: ProbeAnswer['result'], output: string) => {
      clearTimeout(timer);
      session.destroy();
      resolve({ result, output });
    };
    const timer = setTimeout(() => done('failure', connected
      ? `timeout: health rpc did not complete within ${timeoutSeconds}s` : `timeout: failed to connect service "${address}" within ${timeoutSeconds}s: context deadline exceeded`), timeoutSeconds * 1000);
    session.on('connect', () => { connected = true; });
    session.on('error', (error) => done('failure', `error: failed to connect service at "${address}": ${error.message}`));

    const request = session.request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', 'te': 'trailers', 'user-agent': 'kube-probe/1.28' });
    const chunks: Buffer[] = [];
    let end: http2.IncomingHttpHeaders = {};
    const readStatus = (headers: http2.IncomingHttpHeaders) => { end = { ...end, ...headers }; };
    request.on('response', readStatus);
    request.on('trailers', readStatus);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', (error) => done('failure', `error: health rpc probe failed: ${error.message}`));
    request.on('end', () => {
      const { result, output } = judge(end, Buffer.concat(chunks));
      done(result, output);
    });
    request.end(checkRequest(service));
  });
}

const UNIMPLEMENTED = '12';

/** Pure. */
function judge(headers: http2.IncomingHttpHeaders, frame: Buffer): ProbeAnswer {
  const status = headers['grpc-status']?.toString();
  const message = decodeURIComponent(headers['grpc-message']?.toString() ?? '');
  if (status === UNIMPLEMENTED || (status === undefined && String(headers[':status']) === '404')) {
    return { result: 'failure', output: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}` };
  }
  if (status !== '0') return { result: 'failure', output: `error: health rpc probe failed: rpc error: code = ${status ?? `Unknown desc = HTTP status ${headers[':status']}`} ${message}`.trim() };
  const serving = servingStatus(frame);
  return serving === SERVING ? { result: 'success', output: '' } : { result: 'failure', output: `service unhealthy (responded with "${STATUSES[serving] ?? serving}")` };
}

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

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
