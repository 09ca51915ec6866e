import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { httpsTransport } from '../../lib/client/https-transport';
import { createClient } from '../../lib/client/api-client';
import { isConflict, newStatus } from '../../lib/api/status-error';
import type { WatchEvent } from '../../lib/api/request';

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => { server.closeAllConnections(); server.close(); }));

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('turns a watch into events, also where a chunk ends inside a character', async () => {
  const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { data: 'あ' } })}\n`);
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(line.subarray(0, line.indexOf(0xe3) + 1));
    setImmediate(() => response.end(Buffer.concat([line.subarray(line.indexOf(0xe3) + 1), line])));
  });
  const { stream } = await httpsTransport({ server })({ method: 'GET', path: '/api/v1/configmaps', query: new URLSearchParams({ watch: 'true' }) });
  const events: WatchEvent[] = [];
  for await (const event of stream ?? []) events.push(event as WatchEvent);
  expect(events.map(({ object }) => object)).toEqual([{ data: 'あ' }, { data: 'あ' }]);
});

it('ends a request that is aborted', async () => {
  const server = await serve(() => undefined);
  const controller = new AbortController();
  const answer = httpsTransport({ server })({ method: 'GET', path: '/version', signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
});

it('says which server cannot be reached', async () => {
  await expect(httpsTransport({ server: 'https://127.0.0.1:1' })({ method: 'GET', path: '/version' })).rejects.toThrow(/cannot reach the API server https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
});

it('gives the client refusals as StatusErrors', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(409, { 'content-type': 'application/json' });
    response.end(JSON.stringify(newStatus(409, 'Conflict', 'somebody was first')));
  });
  const client = createClient(httpsTransport({ server }));
  const error: unknown = await client.update({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } }).catch((e: unknown) => e);
  expect(isConflict(error)).toBe(true);
});
