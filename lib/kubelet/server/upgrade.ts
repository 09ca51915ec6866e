import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** A request to change the protocol, not yet answered. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export const isWebsocket = ({ request }: UpgradeRequest) => request.headers.upgrade?.toLowerCase() === 'websocket';

/** Sub-protocols in the client's order of preference. */
export function offeredProtocols({ request }: UpgradeRequest): readonly string[] {
  const name = request.headers.upgrade?.toLowerCase() === 'websocket' ? 'sec-websocket-protocol' : 'x-stream-protocol-version';
  const value = request.headers[name];
  return (Array.isArray(value) ? value : [value ?? '']).flatMap((text) => text.split(',')).map((text) => text.trim()).filter(Boolean);
}

/** Answers 101 for SPDY; what the client sent already comes out of the socket first. */
export function acceptSpdy({ socket, head }: UpgradeRequest, protocol: string): Duplex {
  if (head.length > 0) socket.unshift(head);
  socket.write(['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1', `X-Stream-Protocol-Version: ${protocol}`, '', ''].join('\r\n'));
  return socket;
}

const TOKEN = 'twelve-tunnel';

/** Answers 101 for WebSocket with the sub-protocol. `ws` takes only tokens for its name, and `SPDY/3.1+portforward.k8s.io` is none: it gets another for the handshake. */
export async function acceptWebsocket({ request, socket, head }: UpgradeRequest, protocol: string): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws');
  const isToken = /^[\w.!#$%&'*+^`|~-]+$/.test(protocol);
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => (isToken ? protocol : TOKEN), perMessageDeflate: false });
  if (protocol === '') delete request.headers['sec-websocket-protocol'];
  else request.headers['sec-websocket-protocol'] = isToken ? protocol : TOKEN;
  server.on('headers', (headers) => {
    headers.forEach((header, index) => { headers[index] = header.replace(`Sec-WebSocket-Protocol: ${TOKEN}`, `Sec-WebSocket-Protocol: ${protocol}`); });
  });
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

/** A refusal in place of the new protocol. */
export function refuse({ socket }: UpgradeRequest, status: number, text: string, message: string): void {
  const body = `${message}\n`;
  socket.end([`HTTP/1.1 ${status} ${text}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}
