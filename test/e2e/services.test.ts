import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { answering, ask, type Answer, type Target } from './harness/sockets';

interface ServicePort { readonly name?: string; readonly port: number; readonly targetPort?: number | string; readonly protocol?: string; readonly nodePort?: number }

const list = (objects: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
const service = (name: string, spec: object, ports: readonly ServicePort[] = [{ port: 80, targetPort: 8080 }]) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports, ...spec } });
const pod = (name: string, labels: object, container: object, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container], ...spec },
});
const byHand = (name: string, endpoints: readonly object[], ports: readonly object[] = [{ name: '', port: 8080, protocol: 'TCP' }]) => ({
  apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports, endpoints, metadata: { name: `${name}-by-hand`, labels: { 'kubernetes.io/service-name': name } },
});

/** Seconds to wait for answers that are to come; it is over as soon as all are there. */
const PATIENT = 20;

describe.skipIf(!defaultKubectl)('Services (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('services');
  const addresses: Record<string, string> = {};
  let node = { name: '', address: '' };

  const apply = (...objects: object[]) => kubectl(['apply', '-f', '-'], { input: list(objects) });
  const clusterIp = (name: string) => kubectl(`get service ${name} -o jsonpath={.spec.clusterIP}`);
  const times = (count: number, target: Target) => Array.from({ length: count }, () => target);
  const names = (answers: readonly (Answer | undefined)[]) => [...new Set(answers.map((answer) => answer?.name ?? 'nobody'))].sort();
  /** Who answers a pod at an address, asked several times at once. */
  const who = async (address: string, port = 80, { protocol = 'TCP', from = 'client', count = 16, seconds = 2 } = {}) => names(await ask(kubectl, namespace, from, times(count, { protocol, address, port }), seconds));
  const eventuallyWho = (expected: readonly string[], address: string, port?: number, options?: Parameters<typeof who>[2]) =>
    eventually(`${address}:${port ?? 80} is answered by ${expected.join(', ')}`, async () => (await who(address, port, options)).join() === expected.join());

  beforeAll(async () => {
    const web = (name: string, http: number) => pod(name, { app: 'web', name }, {
      ...answering([`TCP:${http}`, 'UDP:5353', 'TCP:9090']), ports: [{ name: 'http', containerPort: http }, { name: 'dns', containerPort: 5353, protocol: 'UDP' }], readinessProbe: { tcpSocket: { port: http }, periodSeconds: 1, timeoutSeconds: 10 },
    });
    await apply(
      web('web-1', 8080), web('web-2', 8081), pod('client', {}, answering(['TCP:7'])), pod('client-2', {}, answering(['TCP:7'])),
      pod('unready', { app: 'unready' }, { ...answering(['TCP:8080']), readinessProbe: { exec: { command: ['false'] } } }),
      pod('ending', { app: 'ending' }, { ...answering(['TCP:8080']), lifecycle: { preStop: { exec: { command: ['sleep', '60'] } } } }, { terminationGracePeriodSeconds: 60 }),
      service('multi', { selector: { app: 'web' } }, [
        { name: 'http', port: 80, targetPort: 'http' }, { name: 'dns', port: 80, targetPort: 'dns', protocol: 'UDP' }, { name: 'other', port: 81, targetPort: 9090 },
      ]),
      service('second', { selector: { name: 'web-1' } }),
      service('sticky', { selector: { app: 'web' }, sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } }, [{ port: 80, targetPort: 9090 }]),
      service('loyal', { selector: { app: 'web' }, sessionAffinity: 'ClientIP' }, [{ port: 80, targetPort: 9090 }]),
      service('unready', { selector: { app: 'unready' } }), service('anyway', { selector: { app: 'unready' }, publishNotReadyAddresses: true }),
      service('ending', { selector: { app: 'ending' } }),
      service('by-hand', {}), service('old-form', {}), service('udp', {}, [{ port: 80, targetPort: 5353, protocol: 'UDP' }]),
      service('inside', { internalTrafficPolicy: 'Local' }),
      service('outside', { selector: { app: 'web' }, externalIPs: ['198.51.100.77'] }, [{ port: 8888, targetPort: 'http' }]),
      service('node-port', { type: 'NodePort', selector: { app: 'web' }, externalTrafficPolicy: 'Local' }, [
        { name: 'tcp', port: 80, targetPort: 'http' }, { name: 'udp', port: 80, targetPort: 'dns', protocol: 'UDP' }]),
      service('other-class', { type: 'LoadBalancer', loadBalancerClass: 'example.com/none', selector: { app: 'web' } }, [{ port: 8889, targetPort: 'http' }]),
      service('checked', { type: 'LoadBalancer', loadBalancerClass: 'example.com/none', externalTrafficPolicy: 'Local', selector: { app: 'web' } }, [{ port: 8890, targetPort: 'http' }]),
    );
    await kubectl('wait --for=condition=Ready pod/web-1 pod/web-2 pod/client pod/client-2 pod/ending --timeout=180s');
    await eventually('the pod that is never ready runs', async () => (await kubectl('get pod unready -o jsonpath={.status.phase}')) === 'Running');
    const { items } = JSON.parse(await kubectl('get pods -o json')) as { items: { metadata: { name: string }; spec: { nodeName: string }; status: { podIP: string; hostIP: string } }[] };
    for (const { metadata, status } of items) addresses[metadata.name] = status.podIP;
    const client = items.find(({ metadata }) => metadata.name === 'client');
    node = { name: client?.spec.nodeName ?? '', address: client?.status.hostIP ?? '' };
  });

  it('lead several ports to named ports whose numbers differ from pod to pod, TCP and UDP at the same number', async () => {
    explainFailure(kubectl);
    const ip = await clusterIp('multi');
    for (const [port, protocol] of [[80, 'TCP'], [80, 'UDP'], [81, 'TCP']] as const) await eventuallyWho(['web-1', 'web-2'], ip, port, { protocol });
    const answers = await ask(kubectl, namespace, 'client', [...times(24, { protocol: 'TCP', address: ip, port: 80 }), ...times(24, { protocol: 'UDP', address: ip, port: 80 }), ...times(24, { protocol: 'TCP', address: ip, port: 81 })], PATIENT);
    const seen = (from: number) => [...new Set(answers.slice(from, from + 24).map((answer) => `${answer?.name} ${answer?.port}`))].sort();
    expect([seen(0), seen(24), seen(48)]).toEqual([['web-1 8080', 'web-2 8081'], ['web-1 5353', 'web-2 5353'], ['web-1 9090', 'web-2 9090']]);
    expect(new Set(answers.map((answer) => answer?.client))).toEqual(new Set([addresses.client])); // the client's own address is kept
  });

  it('refuse a port that no Service has, and one without ready endpoints at once', async () => {
    expect(await who(await clusterIp('unready'), 80, { count: 2 })).toEqual(['nobody']);
    const refused = await kubectl.try(['exec', 'client', '--', 'perl', '-MIO::Socket::INET', '-e', 'IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => 80, Timeout => 20) or die "$@"', await clusterIp('unready')]);
    expect(refused.err).toContain('Connection refused');
  });

  it('may share a pod, and let it reach itself', async () => {
    const ip = await clusterIp('second');
    await eventuallyWho(['web-1'], ip, 80, { count: 4 });
    expect(await who(ip, 80, { count: 4, from: 'web-1', seconds: PATIENT })).toEqual(['web-1']);
  });

  it('keep a client at one pod with ClientIP affinity, and forget it after the timeout', async () => {
    const loyal = await clusterIp('loyal');
    const first = await who(loyal, 80, { seconds: PATIENT });
    expect(first).toHaveLength(1);
    expect(await who(loyal, 80, { seconds: PATIENT })).toEqual(first);
    const ip = await clusterIp('sticky');
    const program = 'for (1..4) { my $s = IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => 80, Timeout => 5) or die $@; print <$s>; sleep 2 }'; // longer than the timeout
    const sequences = await Promise.all(['client', 'client-2', 'web-1', 'web-2', 'unready'].map((from) => kubectl(['exec', from, '--', 'perl', '-MIO::Socket::INET', '-e', program, ip])));
    // Each of the 15 choices is free: that all of them repeat the one before has a chance of 1 in 30,000.
    expect(sequences.some((lines) => new Set(lines.trim().split('\n').map((line) => line.split(' ')[0])).size === 2)).toBe(true);
  });

  it('publish pods that are not ready where they ask for it', async () => {
    await eventuallyWho(['unready'], await clusterIp('anyway'), 80, { count: 4 });
    const endpoints = JSON.parse(await kubectl('get endpointslices -l kubernetes.io/service-name=anyway -o json')).items[0].endpoints;
    expect(endpoints[0].conditions).toEqual({ ready: true, serving: false, terminating: false });
  });

  it('without a selector lead to endpoints that somebody keeps: slices, or the older form, which is mirrored', async () => {
    await apply(
      byHand('by-hand', [{ addresses: [addresses['web-1']], conditions: { ready: true } }]),
      { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'old-form' }, subsets: [{ addresses: [{ ip: addresses['web-2'] }], ports: [{ port: 8081 }] }] },
    );
    await eventuallyWho(['web-1'], await clusterIp('by-hand'));
    await eventuallyWho(['web-2'], await clusterIp('old-form'));
    const mirrored = JSON.parse(await kubectl('get endpointslices -l kubernetes.io/service-name=old-form -o json')).items;
    expect(mirrored.map(({ metadata }: { metadata: { labels: Record<string, string> } }) => metadata.labels['endpointslice.kubernetes.io/managed-by'])).toEqual(['endpointslicemirroring-controller.k8s.io']);
  });

  it('use endpoints that end but still serve only where nobody is ready', async () => {
    const ip = await clusterIp('by-hand');
    const ending = (serving: boolean) => ({ addresses: [addresses['web-1']], conditions: { ready: false, serving, terminating: true } });
    await apply(byHand('by-hand', [ending(true), { addresses: [addresses.unready], conditions: { ready: true } }]));
    await eventuallyWho(['unready'], ip);
    await apply(byHand('by-hand', [ending(true)]));
    await eventuallyWho(['web-1'], ip);
    await apply(byHand('by-hand', [ending(false)]));
    await eventuallyWho(['nobody'], ip, 80, { count: 2 });
  });

  it('still lead to a pod that is being deleted when it is the last one, and say so in its slice', async () => {
    await kubectl('delete pod ending --wait=false');
    const conditions = await eventually('the slice says that the endpoint ends', async () => {
      const [endpoint] = JSON.parse(await kubectl('get endpointslices -l kubernetes.io/service-name=ending -o json')).items[0].endpoints;
      return endpoint.conditions.terminating && endpoint.conditions;
    });
    expect(conditions).toEqual({ ready: false, serving: true, terminating: true });
    await eventuallyWho(['ending'], await clusterIp('ending'), 80, { count: 4 });
    await kubectl('delete pod ending --grace-period=0 --force --wait=false');
  });

  it('stay on the node of the client with internalTrafficPolicy Local, and drop where it has no endpoint', async () => {
    const endpoint = (nodeName: string) => byHand('inside', [{ addresses: [addresses['web-1']], conditions: { ready: true }, nodeName }]);
    const ip = await clusterIp('inside');
    await apply(endpoint(node.name));
    await eventuallyWho(['web-1'], ip, 80, { count: 4 });
    await apply(endpoint('elsewhere'));
    await eventuallyWho(['nobody'], ip, 80, { count: 2 });
    await kubectl(['patch', 'service', 'inside', '-p', JSON.stringify({ spec: { internalTrafficPolicy: 'Cluster' } })]);
    await eventuallyWho(['web-1'], ip, 80, { count: 4 });
  });

  it('send a UDP client that goes on to another endpoint when its own is gone', async () => {
    const at = (name: string) => byHand('udp', [{ addresses: [addresses[name]], conditions: { ready: true } }], [{ name: '', port: 5353, protocol: 'UDP' }]);
    await apply(at('web-1'));
    await eventuallyWho(['web-1'], await clusterIp('udp'), 80, { protocol: 'UDP', count: 2 });
    // One socket, so one source port: without a new translation its packets would go to the old endpoint for ever.
    const program = 'my $s = IO::Socket::INET->new(Proto => "udp", PeerHost => $ARGV[0], PeerPort => 80); $| = 1; my $w = IO::Select->new($s); for (1..1500) { print $s "x"; if ($w->can_read(0.3)) { sysread $s, my $t, 99; print $t } select undef, undef, undef, 0.1 }';
    let moved: Promise<unknown> | undefined;
    const out = await kubectl(['exec', 'client', '--', 'perl', '-MIO::Socket::INET', '-MIO::Select', '-e', program, await clusterIp('udp')], {
      until: (text) => {
        if (text.includes('web-1')) moved ??= apply(at('web-2'));
        return text.includes('web-2');
      },
    });
    await moved;
    expect(out).toMatch(/^(web-1 .*\n)+web-2 /);
  });

  it('are reached at their external addresses and node ports, with the address of the client', async () => {
    await eventuallyWho(['web-1', 'web-2'], '198.51.100.77', 8888);
    const ports = JSON.parse(await kubectl('get service node-port -o json')).spec.ports as { name: string; nodePort: number }[];
    const numbers = ports.map(({ nodePort }) => nodePort);
    expect(numbers[0]).toBe(numbers[1]); // the same port over TCP and UDP gets the same node port
    const answers = await ask(kubectl, namespace, 'client', [...times(8, { protocol: 'TCP', address: node.address, port: numbers[0] }), ...times(8, { protocol: 'UDP', address: node.address, port: numbers[0] })], PATIENT);
    expect(names(answers)).toEqual(['web-1', 'web-2']);
    expect(new Set(answers.map((answer) => answer?.client))).toEqual(new Set([addresses.client]));
  });

  it('leave a load balancer of another class alone, but for its node port', async () => {
    const { spec, status } = JSON.parse(await kubectl('get service other-class -o json'));
    expect(status).toEqual({ loadBalancer: {} });
    await eventuallyWho(['web-1', 'web-2'], node.address, spec.ports[0].nodePort);
    expect(await who(node.address, 8889, { count: 2 })).toEqual(['nobody']);
  });

  it('tell load balancers at the health check node port how many endpoints the node has', async () => {
    const port = await kubectl('get service checked -o jsonpath={.spec.healthCheckNodePort}');
    const health = () => kubectl(['exec', 'client', '--', 'perl', '-MIO::Socket::INET', '-e',
      'my $s = IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => 5) or die "$@"; print $s "GET /healthz HTTP/1.0\\r\\n\\r\\n"; print <$s>', node.address, port]);
    const answer = await eventually('the health check answers', health);
    expect(answer).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ service: { namespace, name: 'checked' }, localEndpoints: 2 });
    await kubectl(['patch', 'service', 'checked', '-p', JSON.stringify({ spec: { selector: { app: 'nobody' } } })]);
    await eventually('without endpoints it is 503', async () => /^HTTP\/1\.[01] 503 /.test(await health()));
  });

  it('refuse node ports outside of the range or taken, and a cluster address that changes', async () => {
    const refused = async (object: object) => (await kubectl.try(['apply', '-f', '-'], { input: list([object]) })).err;
    expect(await refused(service('far', { type: 'NodePort' }, [{ port: 80, nodePort: 8080 }]))).toContain('spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767');
    const taken = Number(await kubectl('get service node-port -o jsonpath={.spec.ports[0].nodePort}'));
    expect(await refused(service('taken', { type: 'NodePort' }, [{ port: 80, nodePort: taken }]))).toContain(`spec.ports[0].nodePort: Invalid value: ${taken}: provided port is already allocated`);
    const other = (await clusterIp('second')).replace(/\d+$/, (last) => String((Number(last) + 1) % 250));
    expect(await refused(service('second', { selector: { name: 'web-1' }, clusterIP: other }))).toContain(`spec.clusterIPs[0]: Invalid value: []string{"${other}"}: may not change once set`);
    expect(await refused(service('headless-port', { type: 'NodePort', clusterIP: 'None' }))).toContain('may not be set to \'None\' for NodePort services');
  });

  it('host ports of a pod are reached at the host address that it names, and at no other', async () => {
    // Beside the ports of Ingresses of other runtimes on this host.
    await apply(pod('host-port', {}, {
      ...answering(['TCP:8080']),
      ports: [{ containerPort: 8080, hostPort: 12_080, hostIP: node.address }, { containerPort: 8080, hostPort: 12_081, hostIP: '127.0.0.1', name: 'loopback' }, { containerPort: 8080, hostPort: 12_082, name: 'any' }],
    }));
    await kubectl('wait --for=condition=Ready pod/host-port --timeout=180s');
    expect(await who(node.address, 12_080, { count: 2, seconds: PATIENT })).toEqual(['host-port']);
    expect(await who(node.address, 12_082, { count: 2, seconds: PATIENT })).toEqual(['host-port']);
    expect(await who(node.address, 12_081, { count: 2 })).toEqual(['nobody']);
  });

  it('clients see nothing of a Service that is deleted', async () => {
    const ip = await clusterIp('second');
    await kubectl('delete service second');
    await eventuallyWho(['nobody'], ip, 80, { count: 2 });
  });
});
