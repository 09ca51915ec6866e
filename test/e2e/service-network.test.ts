import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BridgeNetwork } from '../../lib/cri/docker/network/bridge-network';
import { Proxier } from '../../lib/proxy/proxier';

const RUNTIME = 'netproof';
const ranges = { podCidr: '10.199.0.0/24', podRange: '10.199.0.0/16', serviceCidr: '10.198.0.0/16' };
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

/** A process with a network namespace of its own that says who it is and who asked. */
async function startServer(name: string): Promise<ChildProcess> {
  const program = `require('http').createServer((q, r) => r.end('${name} ' + q.socket.remoteAddress)).listen(8080, '0.0.0.0', () => console.log('up'))`;
  const child = spawn('unshare', ['-n', process.execPath, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

/** The real nft and the real bridge, with processes in namespaces in the place of containers. */
describe.skipIf(!isRoot)('addresses of pods and Services on this host (skipped without root)', () => {
  const network = new BridgeNetwork({ runtime: RUNTIME, ...ranges });
  const objects: { Service: unknown[]; EndpointSlice: unknown[] } = { Service: [], EndpointSlice: [] };
  const listeners: (() => void)[] = [];
  const proxier = new Proxier({
    runtime: RUNTIME, nodeName: 'here', serviceCidr: ranges.serviceCidr, podRange: ranges.podRange, declarePortsInUse: () => Promise.resolve(), events: { event: () => undefined },
    informers: {
      lister: { list: (kind: 'Service' | 'EndpointSlice') => objects[kind], tryGet: () => undefined },
      restrict: () => undefined,
      onChange: (_kind: string, listener: (change: object) => void) => { listeners.push(() => listener({ type: 'added' })); return () => undefined; },
    } as any,
  });
  const stop = new AbortController();
  const servers: ChildProcess[] = [];
  const addresses: string[] = [];

  const service = (name: string, clusterIP: string, spec: object = {}) =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'e2e' }, spec: { clusterIP, ports: [{ port: 80 }], ...spec } });
  const slice = (name: string, pods: readonly string[]) => ({
    metadata: { name, namespace: 'e2e', labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4', ports: [{ port: 8080 }],
    endpoints: pods.map((address) => ({ addresses: [address], nodeName: 'here', conditions: { ready: true } })),
  });
  const set = async (services: unknown[], slices: unknown[]) => {
    Object.assign(objects, { Service: services, EndpointSlice: slices });
    for (const listener of listeners) listener();
    await proxier.endpointGone('192.0.2.255'); // the rules with this change are written
  };
  const get = (url: string, from?: ChildProcess) => {
    const words = ['-s', '--noproxy', '*', '-m', '20', url];
    const [program, all] = from ? ['nsenter', ['-t', String(from.pid), '-n', 'curl', ...words]] : ['curl', words];
    try {
      return execFileSync(program, all, { encoding: 'utf8' });
    } catch (error) {
      return `curl ${(error as { status: number }).status}`;
    }
  };
  const names = (url: string, from?: ChildProcess) => new Set(Array.from({ length: 40 }, () => get(url, from).split(' ')[0]));

  beforeAll(async () => {
    await network.remove();
    await network.start([]);
    for (const name of ['a', 'b']) {
      const server = await startServer(name);
      servers.push(server);
      addresses.push(network.reserve(name));
      await network.attach(name, server.pid ?? 0);
      await network.attach(name, server.pid ?? 0); // idempotent
    }
    void proxier.start(stop.signal);
    await set([service('web', '10.198.0.10', { type: 'NodePort', ports: [{ port: 80, nodePort: 31980 }] }), service('none', '10.198.0.11')], [slice('web', addresses)]);
  });
  afterAll(async () => {
    stop.abort();
    for (const server of servers) server.kill('SIGKILL');
    await network.remove();
    await Proxier.remove(RUNTIME);
    expect(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })).not.toContain(RUNTIME);
    expect(execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })).not.toContain(RUNTIME);
    expect(execFileSync('iptables', ['-S'], { encoding: 'utf8' })).not.toContain(RUNTIME);
  });

  it('a Service spreads over its pods: from the host, from a pod (itself included), through a node port of the loopback', () => {
    for (const answer of [names('http://10.198.0.10/'), names('http://10.198.0.10/', servers[0]), names('http://127.0.0.1:31980/')]) expect(answer).toEqual(new Set(['a', 'b']));
  });

  it('a Service without endpoints refuses at once', () => {
    expect(get('http://10.198.0.11/')).toBe('curl 7');
    expect(get('http://10.198.0.11/', servers[0])).toBe('curl 7');
  });

  it('a host port leads to its pod, and only there', async () => {
    await network.setHostPorts('b', [{ protocol: 'TCP', hostPort: 31981, containerPort: 8080 }]);
    expect(get('http://127.0.0.1:31981/')).toMatch(/^b /);
    await network.setHostPorts('b', []);
    expect(get('http://127.0.0.1:31981/')).toBe('curl 7');
  });

  it('no connection is lost while endpoints come and go', async () => {
    let answered = 0;
    const failures: string[] = [];
    const ask = () => new Promise<void>((resolve) => {
      http.get({ host: '127.0.0.1', port: 31980, agent: false }, (response) => response.resume().on('end', () => { answered += 1; resolve(); }))
        .on('error', (error: NodeJS.ErrnoException) => { failures.push(error.code ?? error.message); resolve(); });
    });
    let busy = true;
    const clients = Array.from({ length: 4 }, async () => { while (busy) await ask(); });
    const [web, none] = objects.Service;
    for (let change = 0; change < 60 || (answered <= 100 && failures.length === 0); change += 1) await set([web, none], [slice('web', change % 2 === 0 ? addresses.slice(1) : addresses)]);
    busy = false;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });
});
