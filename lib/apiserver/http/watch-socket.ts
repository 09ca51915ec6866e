import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiResponse } from '../../api/request';

/** A watch over a WebSocket: one event a message. Closed by either side. */
export async function serveWatchSocket(request: IncomingMessage, socket: Duplex, head: Buffer, answer: ApiResponse): Promise<void> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  server.handleUpgrade(request, socket, head, async (client) => {
    const iterator = answer.stream?.[Symbol.asyncIterator]();
    client.on('close', () => void iterator?.return?.());
    client.on('error', () => client.terminate());
    for (let next = await iterator?.next(); next && !next.done; next = await iterator?.next()) {
      client.send(JSON.stringify(next.value));
    }
    client.close();
  });
}
