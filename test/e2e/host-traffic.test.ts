import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { run, tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';
import { answering, askFrom, PERL_IMAGE } from './harness/sockets';

const list = (objects: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec } });
const container = `twelve-e2e-outside-${process.pid}`;

/** A container on a Docker network of its own is a client from outside of the cluster. */
describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('traffic from outside of the cluster (skipped without kubectl or on another cluster)', () => {
  const { kubectl } = useNamespace('outside');
  let outside = '';
  let web = '';
  let node = '';

  const apply = (...objects: object[]) => kubectl(['apply', '-f', '-'], { input: list(objects) });
  const reach = async (port: number, address = node) => {
    const [answer] = await askFrom((program, input) => run('docker', ['exec', '-i', container, ...program], { input }), [{ protocol: 'TCP', address, port }]);
    return answer ? `${answer.name} sees ${answer.client}` : 'nobody';
  };
  /** The host gets an answer, of something that does not speak HTTP. */
  const isAnswered = (url: string) => eventually(`${url} is answered`, async () => {
    const failure = await fetch(url).then(() => undefined, (error: Error) => error.cause as { code?: string } | undefined);
    return failure?.code === 'HPE_INVALID_CONSTANT';
  });
  const eventuallyReach = (expected: string, port: number) => eventually(`port ${port}: ${expected}`, async () => (await reach(port)) === expected);
  const nodePort = async (name: string) => Number(await kubectl(`get service ${name} -o jsonpath={.spec.ports[0].nodePort}`));
  const policy = (ingress: object[], app = 'web') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: app }, spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress'], ingress } });

  beforeAll(async () => {
    // Docker itself replaces the source of what leaves its networks, unless they say otherwise.
    await run('docker', ['network', 'create', '-o', 'com.docker.network.bridge.enable_ip_masquerade=false', container]);
    await run('docker', ['run', '-d', '--rm', '--network', container, '--name', container, PERL_IMAGE, 'sleep', '3600']);
    outside = (await run('docker', ['inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', container])).trim();
    await apply(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 0, containers: [answering(['TCP:8080'])] } },
      service('cluster', {}), service('local', { externalTrafficPolicy: 'Local' }), service('elsewhere', { externalTrafficPolicy: 'Local', selector: undefined }),
      service('ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['192.0.2.128/25'], ports: [{ port: 28_090, targetPort: 8080 }] }),
    );
    await kubectl('wait --for=condition=Ready pod/web --timeout=180s');
    const { status, spec } = JSON.parse(await kubectl('get pod web -o json')) as { status: { podIP: string; hostIP: string }; spec: { nodeName: string } };
    [web, node] = [status.podIP, status.hostIP];
    await apply({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: 'elsewhere-1', labels: { 'kubernetes.io/service-name': 'elsewhere' } },
      ports: [{ name: '', port: 8080 }], endpoints: [{ addresses: [web], nodeName: `not-${spec.nodeName}`, conditions: { ready: true } }],
    });
  });
  afterAll(async () => {
    await tryRun('docker', ['rm', '-f', container]);
    await tryRun('docker', ['network', 'rm', container]);
  });

  it('reaches node ports with its own address where the endpoint is on the node, and no endpoint of another node with the policy Local', async () => {
    explainFailure(kubectl);
    for (const name of ['cluster', 'local']) await eventuallyReach(`web sees ${outside}`, await nodePort(name));
    expect(await reach(await nodePort('elsewhere'))).toBe('nobody');
    // The host itself is not outside.
    await isAnswered(`http://${node}:${await nodePort('elsewhere')}/`);
  });

  it('reaches a load balancer only from the source ranges that it names, and its node port from everywhere', async () => {
    await eventuallyReach(`web sees ${outside}`, await nodePort('ranges'));
    expect(await reach(28_090)).toBe('nobody');
    await kubectl(['patch', 'service', 'ranges', '-p', JSON.stringify({ spec: { loadBalancerSourceRanges: [`${outside}/32`] } })]);
    await eventuallyReach(`web sees ${outside}`, 28_090);
  });

  it('is let through by a network policy that names its address, after the translation of the node port', async () => {
    const port = await nodePort('local');
    await apply(policy([]));
    await eventuallyReach('nobody', port);
    await apply(policy([{ from: [{ ipBlock: { cidr: `${outside}/32` } }] }]));
    await eventuallyReach(`web sees ${outside}`, port);
    await apply(policy([{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: [`${outside}/32`] } }] }]));
    await eventuallyReach('nobody', port);
    await isAnswered(`http://${web}:8080/`); // the node itself
    await kubectl('delete networkpolicy web');
    await eventuallyReach(`web sees ${outside}`, port);
  });

  it('is cut off when a new policy forbids a connection that it has', async () => {
    await apply({
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'echo', labels: { app: 'echo' } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'echo', image: PERL_IMAGE, readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1, timeoutSeconds: 10 }, command: ['perl', '-MIO::Socket::INET', '-e',
        'my $l = IO::Socket::INET->new(LocalPort => 9000, Listen => 5) or die $!; while (my $c = $l->accept) { next if fork; $c->autoflush; while (<$c>) { print $c $_ } exit }'] }] },
    });
    await kubectl('wait --for=condition=Ready pod/echo --timeout=180s');
    const address = await kubectl('get pod echo -o jsonpath={.status.podIP}');
    const client = spawn('docker', ['exec', container, 'perl', '-MIO::Socket::INET', '-MIO::Select', '-e',
      '$| = 1; my $s = IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => 9000) or die $@; my $r = IO::Select->new($s); for (1..300) { print $s "x\\n"; if ($r->can_read(10)) { sysread $s, my $t, 99; print $t } else { print "silence\\n"; exit } select undef, undef, undef, 0.1 }', address]);
    const closed = once(client, 'close');
    let out = '';
    client.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await eventually('the connection works', () => out.includes('x'));
    await apply(policy([], 'echo'));
    await closed;
    expect(out).toMatch(/^(x\n)+silence\n$/);
  });

  it('does not reach a load balancer whose port a program of the host has: the Service waits without address until the program ends', async () => {
    explainFailure(kubectl);
    const program = createServer((_, response) => response.end('mine\n'));
    await new Promise<void>((resolve) => program.listen(28_091, '0.0.0.0', resolve));
    try {
      await apply(service('late', { type: 'LoadBalancer', ports: [{ port: 28_091, targetPort: 8080 }] }));
      const said = await eventually('it is told', async () => kubectl('get events --field-selector reason=SyncLoadBalancerFailed,involvedObject.name=late -o jsonpath={.items[0].message}'));
      expect(said).toMatch(new RegExp(`port 28091/TCP of ${node} is already used by .*\\(pid ${process.pid}\\); use another port, or end that one$`));
      await eventually('it has no address', async () => (await kubectl('get service late')).includes('<pending>'));
      await eventually('the program has its port', async () => (await (await fetch(`http://${node}:28091/`)).text()) === 'mine\n');
    } finally {
      await new Promise((resolve) => program.close(resolve));
    }
    await eventuallyReach(`web sees ${outside}`, 28_091);
    await eventually('it has its address', async () => (await kubectl('get service late -o jsonpath={.status.loadBalancer.ingress[0].ip}')) === node);
  });

  it('a second runtime of the host leaves a node port to the first, and says so', async () => {
    const other = new TestRuntime();
    try {
      await other.up();
      const port = await nodePort('cluster');
      const there = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: other.kubeconfig, namespace: 'default' });
      await there(['apply', '-f', '-'], { input: list([service('same-port', { selector: { app: 'nobody' }, ports: [{ port: 80, nodePort: port }] })]) });
      const message = await eventually('an event tells it', async () => there('get events --field-selector reason=PortInUse,involvedObject.name=same-port -o jsonpath={.items[0].message}'));
      expect(message).toContain(`node port ${port}/tcp of node`);
      expect(message).toContain('is in use by another runtime');
      expect(await reach(port)).toBe(`web sees ${outside}`);
    } finally {
      await other.end();
    }
  });
});
