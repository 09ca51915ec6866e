import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../base/logger';
import { kubeletAddress } from './node-address';
import type { NodeCredentials } from './https-node-connector';
import type { PodStreamTarget } from './pod-stream';

/** Headers of the client that the node must see: the upgrade and what belongs to it. */
const FORWARDED = /^(connection|upgrade|sec-websocket-.*|x-stream-protocol-version|origin|content-length)$/i;

export interface TunnelOptions {
  readonly target: PodStreamTarget;
  readonly credentials: NodeCredentials;
  readonly logger: Logger;
}

/**
 * Hands an upgrade request on to the pod's node and then only copies bytes both ways: SPDY and WebSockets are spoken by the node itself. Resolves when the
 * node has answered; what the node refuses the client sees as the node said it.
 */
export function tunnelToNode(request: IncomingMessage, socket: Duplex, head: Buffer, { target: { node, path }, credentials, logger }: TunnelOptions): Promise<void> {
  const { host, port } = kubeletAddress(node);
  return new Promise((resolve, reject) => {
    const onward = https.request({ host, port, path, method: request.method, headers: forwardedHeaders(request), ...credentials, agent: false });
    onward.on('upgrade', (answer, upstream, upstreamHead) => {
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${rawHeaders(answer)}\r\n`);
      join(socket, upstream, { head, upstreamHead, logger });
      resolve();
    });
    onward.on('response', (answer) => {
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${rawHeaders(answer)}connection: close\r\n\r\n`);
      answer.pipe(socket);
      resolve();
    });
    onward.on('error', (error) => reject(new Error(`error dialing backend: dial tcp ${host}:${port}: ${error.message}`, { cause: error })));
    onward.end();
  });
}

function join(socket: Duplex, upstream: Duplex, { head, upstreamHead, logger }: { readonly head: Buffer; readonly upstreamHead: Buffer; readonly logger: Logger }): void {
  if (upstreamHead.length > 0) socket.write(upstreamHead);
  if (head.length > 0) upstream.write(head);
  for (const [from, to] of [[socket, upstream], [upstream, socket]]) {
    from.on('error', (error) => {
      logger.debug('stream to a pod ended', { error });
      to.destroy();
    });
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

function forwardedHeaders(request: IncomingMessage): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (value !== undefined && FORWARDED.test(name) ? [[name, value]] : [])));
}

function rawHeaders({ rawHeaders: list }: IncomingMessage): string {
  let text = '';
  for (let index = 0; index < list.length; index += 2) if (!/^(connection|transfer-encoding)$/i.test(list[index]) || /upgrade/i.test(list[index + 1])) text += `${list[index]}: ${list[index + 1]}\r\n`;
  return text;
}
