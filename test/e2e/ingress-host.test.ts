import fs from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure } from './harness/case';
import { ask, edgeOf, startEdgeLoad, type EdgeAddress } from './harness/edge';
import { eventually } from './harness/eventually';
import { kubectlFor, type Kubectl } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';
import { webManifest } from './harness/web-manifest';

const available = defaultKubectl !== undefined && !process.env.TWELVE_E2E_KUBECONFIG;
const host = 'web.test';
const ingress = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' },
  spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] },
});

describe.skipIf(!available)('the Ingress proxy of a host (a runtime of its own)', () => {
  const runtime = new TestRuntime();
  let kubectl: Kubectl;
  let edge: EdgeAddress;
  let program: http.Server | undefined;
  const status = () => ask(edge, { host }).then((answer) => answer.status, () => 0);

  beforeAll(async () => {
    await runtime.up();
    kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig, namespace: 'default' });
  });

  afterAll(async () => {
    program?.close();
    await runtime.end();
  });

  it('does not take a port that a program of the host has, says who has it, and comes when it is free', async () => {
    explainFailure(kubectl);
    const port = Number(await kubectl(['get', 'ingressclass', 'twelve', '-o', 'jsonpath={.metadata.annotations.ingress\\.twelve\\.dev/http-port}']));
    program = http.createServer((_, response) => response.end('mine\n'));
    await new Promise<void>((resolve) => program?.listen(port, '0.0.0.0', resolve));
    await kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 2, service: 'ClusterIP' }) });
    await kubectl('apply -f -', { input: ingress });
    const said = `port ${port} of this host is in use by `;
    const events = () => kubectl(['get', 'events', '--field-selector', 'involvedObject.kind=Ingress', '-o', 'jsonpath={range .items[*]}{.reason} {.message}{"\\n"}{end}']);
    await eventually('it is told', async () => (await events()).includes(`PortInUse Ingresses are not served on node ${await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')}: ${said}`));
    expect(await events()).toContain('twelve up --ingress-http-port <port>');
    expect(await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.annotations.ingress\\.twelve\\.dev/state}'])).toContain(said);
    expect(await kubectl('get pods -n kube-system -l app.kubernetes.io/name=twelve-ingress -o name')).toBe('');
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('mine\n');

    await new Promise((resolve) => program?.close(resolve));
    edge = { ...await edgeOf(kubectl, 'web'), address: '127.0.0.1' };
    await eventually('it serves', async () => await status() === 200);
  });

  it('serves on the loopback address and on that of the host', async () => {
    const own = await edgeOf(kubectl, 'web');
    expect(own.address).not.toBe('127.0.0.1');
    expect((await ask(own, { host })).body).toBe('one\n');
    expect((await ask(edge, { host })).body).toBe('one\n');
  });

  it('is not stopped with the runtime, which finds it again without losing a request', async () => {
    explainFailure(kubectl);
    const pod = await kubectl('get pods -n kube-system -l app.kubernetes.io/name=twelve-ingress -o name');
    const load = startEdgeLoad(edge, host);
    await runtime.twelve(['stop', ...runtime.target()]);
    expect(await status()).toBe(200);
    await runtime.up();
    await kubectl('scale deployment/web --replicas=3');
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
    expect(await kubectl('get pods -n kube-system -l app.kubernetes.io/name=twelve-ingress -o name')).toBe(pod);
  });

  it('is started again when it ends, with everything it had', async () => {
    const restarts = () => kubectl('get pods -n kube-system -l app.kubernetes.io/name=twelve-ingress -o jsonpath={.items[0].status.containerStatuses[0].restartCount}');
    await kubectl.try(['exec', '-n', 'kube-system', 'daemonset/twelve-ingress', '--', 'sh', '-c', 'kill 1']);
    await eventually('it was started again', async () => await restarts() === '1');
    await eventually('it serves', async () => await status() === 200);
  });

  it('keeps its port: a LoadBalancer Service that wants it stays without address, and is told', async () => {
    await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'balanced' }, spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: edge.http }] } }) });
    await eventually('it is told', async () => (await kubectl(['get', 'events', '--field-selector', 'involvedObject.name=balanced'])).includes(`port ${edge.http}/TCP of `));
    expect(await kubectl('get service balanced -o jsonpath={.status.loadBalancer}')).toBe('{}');
    expect(await status()).toBe(200);
  });

  it('leaves nothing on the host after down', async () => {
    const directory = `/var/lib/twelve/${runtime.name}`;
    const node = await kubectl('get nodes -o jsonpath={.items[0].metadata.name}');
    expect(fs.existsSync(`${directory}/${node}/ingress/current/haproxy.cfg`)).toBe(true);
    await runtime.end();
    expect(fs.existsSync(directory)).toBe(false);
    expect(await status()).toBe(0);
  });
});
