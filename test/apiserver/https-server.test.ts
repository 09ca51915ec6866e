import * as tls from 'node:tls';
import { expect, it } from 'vitest';
import { silentLogger } from '../../lib/base/logger';
import { HttpsServer, type HttpsServerConfig } from '../../lib/apiserver/https-server';
import { createCertificateAuthority, issueCertificate } from '../../lib/cluster/pki/certificate-authority';

it('takes a large request while the large answer before it still waits to be read', async () => {
  const authority = await createCertificateAuthority('test', Date.now());
  const { cert, key } = await issueCertificate(authority, { commonName: 'server', hosts: ['127.0.0.1'], usage: 'server' }, Date.now());
  const abort = new AbortController();
  const asked: string[] = [];
  const handle: HttpsServerConfig['handle'] = async ({ method, body }) => {
    asked.push(method);
    return { status: 200, headers: {}, body: method === 'GET' ? { text: 'a'.repeat(20_000_000) } : { taken: (body as Uint8Array).length } };
  };
  const config = { handle, tokens: { tryVerify: async () => undefined }, tls: { ca: authority.cert, cert, key }, logger: silentLogger, address: '127.0.0.1', port: 0 };
  const { port } = await new HttpsServer(config as unknown as HttpsServerConfig).start(abort.signal);
  const client = tls.connect({ port, host: '127.0.0.1', ca: authority.cert });
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(() => asked).toEqual(['GET']);
  client.write(`PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n${'b'.repeat(300_000)}`);
  await new Promise((resolve) => { setTimeout(resolve, 100); }); // what the server must have received is not to be seen from outside
  let tail = '';
  for await (const chunk of client) {
    tail = (tail + String(chunk)).slice(-100);
    if (tail.includes('taken')) break;
  }
  abort.abort();
  expect(tail).toMatch(/\{"taken":300000\}/);
});
