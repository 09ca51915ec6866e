import * as https from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../../../lib/base/fake-clock';
import { silentLogger } from '../../../lib/base/logger';
import type { Pod } from '../../../lib/api/types';
import { createCertificateAuthority, issueCertificate } from '../../../lib/cluster/pki/certificate-authority';
import type { KubeletContext } from '../../../lib/kubelet/kubelet-context';
import { KubeletServer, matchPath } from '../../../lib/kubelet/server/kubelet-server';
import { FakeCri } from '../../../lib/testing/fake-cri';
import { podOf } from '../builders';
import { FakeApi } from '../fake-api';

describe('the port of a node', () => {
  const stop = new AbortController();
  const cri = new FakeCri({ onExec: (_, command) => ({ exitCode: command[0] === 'fail' ? 3 : 0, stdout: command.join(' ') }) });
  let pod: Pod;
  let port: number;
  let client: { ca: string; cert?: string; key?: string };
  let otherNode: object;
  let containerId: string;

  beforeAll(async () => {
    const now = Date.now();
    const ca = await createCertificateAuthority('test', now);
    const server = await issueCertificate(ca, { commonName: 'node', hosts: ['127.0.0.1'], usage: 'server' }, now);
    const own = await issueCertificate(ca, { commonName: 'apiserver', organizations: ['system:masters'], usage: 'client' }, now);
    const other = await issueCertificate(ca, { commonName: 'system:node:n2', organizations: ['system:nodes'], usage: 'client' }, now);
    client = { ca: ca.cert, cert: own.cert, key: own.key };
    otherNode = { ca: ca.cert, cert: other.cert, key: other.key };

    pod = podOf();
    const config = { pod: { uid: 'u1', name: 'web', namespace: 'shop' }, attempt: 0, hostname: 'web', hostPorts: [], hostNetwork: false, hostPid: false, hostIpc: false, sharePid: false, sysctls: {}, labels: {} };
    const sandbox = await cri.runPodSandbox(config);
    containerId = await cri.createContainer(sandbox.id, { name: 'app', attempt: 0, image: 'x', labels: {}, tty: false } as never, config);
    await cri.startContainer(containerId);
    cri.write(containerId, 'one\ntwo\nthree\n');

    const api = new FakeApi();
    const context = { cri, clock: new FakeClock(), logger: silentLogger, client: api.client, nodeName: 'n1' } as unknown as KubeletContext;
    const kubelet = new KubeletServer({ context, port: 0, pods: () => [pod], tls: { cert: server.cert, key: server.key, clientCa: ca.cert } });
    await kubelet.start(stop.signal);
    port = kubelet.port;
  });
  afterAll(() => stop.abort());

  function get(path: string, credentials: object = client): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      https.get({ host: '127.0.0.1', port, path, ...credentials, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => { text += chunk.toString(); });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      }).on('error', reject);
    });
  }

  /** Messages by channel, until the server closes. */
  function channels(path: string, protocol: string, onOpen: (socket: WebSocket) => void = () => undefined): Promise<Record<number, string>> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, protocol, client);
      const seen: Record<number, string> = {};
      socket.on('open', () => onOpen(socket));
      socket.on('message', (data: Buffer) => { seen[data[0]] = (seen[data[0]] ?? '') + data.subarray(1).toString(); });
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
    });
  }

  it('lets nobody in without an administrator\'s certificate of the cluster', async () => {
    expect(await get('/healthz', { ca: client.ca })).toEqual({ status: 401, text: 'Unauthorized\n' });
    expect(await get('/healthz', otherNode)).toEqual({ status: 403, text: 'Forbidden (user=system:node:n2)\n' });
    expect(await get('/healthz')).toEqual({ status: 200, text: 'ok' });
  });

  it('gives the log of a container, the end of it, or so many bytes', async () => {
    expect((await get('/containerLogs/shop/web/app')).text).toBe('one\ntwo\nthree\n');
    expect((await get('/containerLogs/shop/web/app?tailLines=1')).text).toBe('three\n');
    expect((await get('/containerLogs/shop/web/app?limitBytes=5')).text).toBe('one\nt');
  });

  it('says what is wrong with a request for a log', async () => {
    expect(await get('/containerLogs/shop/none/app')).toEqual({ status: 404, text: 'pod "shop/none" not found\n' });
    expect(await get('/containerLogs/shop/web/none')).toMatchObject({ status: 404 });
    expect(await get('/containerLogs/shop/web/app?previous=true')).toEqual({ status: 400, text: 'previous terminated container "app" in pod "web" not found\n' });
  });

  it('runs commands over WebSocket, and tells how they ended', async () => {
    const ok = await channels('/exec/shop/web/app?command=echo&command=hi&stdout=true', 'v5.channel.k8s.io');
    expect(ok[1]).toBe('echo hi');
    expect(JSON.parse(ok[3])).toEqual({ metadata: {}, status: 'Success' });
    const failed = await channels('/exec/shop/web/app?command=fail&stdout=true', 'v4.channel.k8s.io');
    expect(JSON.parse(failed[3])).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } });
  });

  it('forwards ports over WebSocket', async () => {
    const echoed = await channels('/portForward/shop/web?port=80', 'v4.channel.k8s.io', (socket) => {
      let messages = 0;
      socket.on('message', () => {
        messages++;
        if (messages === 2) socket.send(Buffer.from('\0hello'));
        if (messages === 3) socket.close();
      });
    });
    expect(echoed).toEqual({ 0: 'P\0hello', 1: 'P\0' });
  });

  it('matches paths by segment', () => {
    expect(matchPath('/exec/:namespace/:pod/:container', '/exec/a/b%2Fc/d')).toEqual({ namespace: 'a', pod: 'b/c', container: 'd' });
    expect(matchPath('/exec/:namespace/:pod/:container', '/exec/a/b')).toBeUndefined();
  });
});
