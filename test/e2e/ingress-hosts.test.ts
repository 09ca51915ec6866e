import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure } from './harness/case';
import { DockerHosts } from './harness/docker-hosts';
import { ask, startEdgeLoad, type EdgeAddress } from './harness/edge';
import { eventually } from './harness/eventually';
import { type Kubectl, kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';
import { webManifest } from './harness/web-manifest';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const available = isRoot && defaultKubectl !== undefined && !process.env.TWELVE_E2E_KUBECONFIG;
const host = 'web.test';
const ingress = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' },
  spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
});

describe.skipIf(!available)('Ingresses on several hosts (skipped without root and kubectl)', () => {
  const runtime = new TestRuntime();
  const hosts = new DockerHosts(1);
  const [far] = hosts.hosts;
  let kubectl: Kubectl;
  let edges: readonly EdgeAddress[];

  beforeAll(async () => {
    await hosts.start(['nginx:1.22', 'haproxy:2.6']);
    await runtime.up(undefined, ['--node-address', hosts.address]);
    kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
    await runtime.twelve(['node', 'add', far.dockerHost, '--insecure', '--docker-socket', far.socketPath, '--node-name', far.name, ...runtime.target()]);
    const port = async (name: string) => Number(await kubectl(['get', 'ingressclass', 'twelve', '-o', `jsonpath={.metadata.annotations.ingress\\.twelve\\.dev/${name}}`]));
    const [http, https] = [await port('http-port'), await port('https-port')];
    edges = [hosts.address, far.address].map((address) => ({ address, http, https }));
    await kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 3, service: 'ClusterIP' }) });
    await kubectl('apply -f -', { input: ingress });
    await kubectl('rollout status deployment/web --timeout=180s');
  });

  afterAll(async () => {
    await runtime.end();
    await hosts.end();
  });

  it('are served at each of them, and the status names them all', async () => {
    explainFailure(kubectl);
    for (const edge of edges) await eventually(`${edge.address} serves`, async () => (await ask(edge, { host })).status === 200);
    const wanted = edges.map(({ address }) => address).sort().join(' ');
    await eventually('the status names them', async () => (await kubectl('get ingress web -o jsonpath={.status.loadBalancer.ingress[*].ip}')) === wanted);
  });

  it('lose no request in a rolling update, whichever host is asked', async () => {
    explainFailure(kubectl);
    const loads = edges.map((edge) => startEdgeLoad(edge, host, 2));
    await kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 3, version: 'two', service: 'ClusterIP' }) });
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('only the new pods are left', async () => (await kubectl('get pods -l app=web -o name')).trim().split('\n').length === 3);
    await eventually('there were enough requests', () => loads.every((load) => load.sent() > 50));
    for (const load of loads) {
      const { requests, failures } = await load.stop();
      expect(requests).toBeGreaterThan(50);
      expect(failures).toEqual([]);
    }
    for (const edge of edges) expect((await ask(edge, { host })).body).toBe('two\n');
  });
});
