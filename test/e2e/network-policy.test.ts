import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import type { NetworkPolicy } from '../../lib/api/types';
import { type Attempt, isAllowed, type ReferencePod } from '../network-policy/reference';
import { defaultKubectl } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { answering, ask, PERL_IMAGE } from './harness/sockets';

const prefix = `e2e-policy-${process.pid}`;
const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: inject('kubeconfig') });

const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [`${prefix}-x`]: { team: 'one', suite: prefix }, [`${prefix}-y`]: { team: 'two', suite: prefix }, [`${prefix}-z`]: { suite: prefix },
};
const [x, y, z] = Object.keys(NAMESPACES);
const PORTS: readonly [Attempt['protocol'], number][] = [['TCP', 80], ['TCP', 81], ['UDP', 80]];
/** The name of a port is another number in each pod. */
const WEB: Readonly<Record<string, number>> = { a: 80, b: 81, c: 80 };

/** Answers with its name on every port. */
const server = (namespace: string, name: string) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: { pod: name, tier: name === 'a' ? 'front' : 'back' } },
  spec: {
    terminationGracePeriodSeconds: 0, enableServiceLinks: false,
    containers: [{
      ...answering(PORTS.map(([protocol, port]) => `${protocol}:${port}`)), ports: [{ name: 'web', containerPort: WEB[name] }],
      readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
    }],
  },
});

const policy = (namespace: string, name: string, spec: NetworkPolicy['spec']) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }) as NetworkPolicy;
const apply = (objects: readonly unknown[]) => kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });

/** The pods that are Ready, as the reference wants them. */
async function readyPods(expected: number): Promise<readonly (ReferencePod & { readonly name: string })[]> {
  await Promise.all(Object.keys(NAMESPACES).map((namespace) => kubectl(`wait --for=condition=Ready pods -l tier -n ${namespace} --timeout=180s`)));
  const { items } = JSON.parse(await kubectl('get pods -A -l tier -o json')) as { items: { metadata: { name: string; namespace: string; labels: Record<string, string> }; status: { podIP: string } }[] };
  const own = items.filter(({ metadata }) => metadata.namespace in NAMESPACES);
  expect(own).toHaveLength(expected);
  return own.map(({ metadata: { name, namespace, labels }, status }) => ({ name, namespace, labels, address: status.podIP, ports: { web: WEB[name] } }));
}

type NamedPod = Awaited<ReturnType<typeof readyPods>>[number];
const line = ({ from, to, protocol, port }: Attempt) => `${(from as NamedPod).namespace}/${(from as NamedPod).name} -> ${(to as NamedPod).namespace}/${(to as NamedPod).name} ${protocol} ${port}`;

function attempts(pods: readonly NamedPod[]): readonly Attempt[] {
  return pods.flatMap((from) => pods.flatMap((to) => PORTS.map(([protocol, port]) => ({ from, to, protocol, port }))));
}

/** Tries everything from every pod at once. Returns what was answered. */
async function observed(pods: readonly NamedPod[]): Promise<ReadonlySet<string>> {
  const reached = await Promise.all(pods.map(async (from) => {
    const tries = attempts(pods).filter((attempt) => attempt.from === from);
    const answers = await ask(kubectl, from.namespace, from.name, tries.map(({ to, protocol, port }) => ({ protocol, port, address: to.address })));
    return tries.filter((_try, index) => answers[index]).map(line);
  }));
  return new Set(reached.flat());
}

/** The whole matrix is as the reference says; policies take a moment to arrive, and a loaded machine may lose an answer. */
async function expectAsDocumented(policies: readonly NetworkPolicy[], pods: readonly NamedPod[]): Promise<void> {
  const allowed = new Set(attempts(pods).filter((attempt) => isAllowed(policies, NAMESPACES, attempt)).map(line));
  let last: readonly string[] = [];
  onTestFailed(() => console.error(`differs: ${last.join('; ')}`));
  await eventually('who reaches whom is as the policies say', async () => {
    const reached = await observed(pods);
    last = [...[...allowed].filter((one) => !reached.has(one)).map((one) => `lost ${one}`), ...[...reached].filter((one) => !allowed.has(one)).map((one) => `open ${one}`)];
    return last.length === 0;
  });
}

/** Tries for two seconds, from its first moment on. */
const EARLY = 'for (1..40) { print "reached\\n" if IO::Socket::INET->new(PeerHost => $ARGV[0], PeerPort => 80, Timeout => 0.05) } print "done\\n"';

describe.skipIf(!defaultKubectl)('network policies (skipped without kubectl)', () => {
  let applied: readonly NetworkPolicy[] = [];

  /** These policies and no others. */
  async function setPolicies(policies: readonly NetworkPolicy[]): Promise<void> {
    const gone = applied.filter(({ metadata }) => !policies.some((other) => other.metadata.name === metadata.name && other.metadata.namespace === metadata.namespace));
    if (policies.length > 0) await apply(policies);
    await Promise.all(gone.map(({ metadata }) => kubectl(`delete networkpolicy ${metadata.name} -n ${metadata.namespace}`)));
    applied = policies;
  }

  beforeAll(async () => {
    await apply(Object.entries(NAMESPACES).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })));
    await eventually('the default service accounts exist', async () => (await Promise.all([x, y, z].map((namespace) => kubectl.try(`get serviceaccount default -n ${namespace}`)))).every(({ code }) => code === 0));
    await apply([x, y, z].flatMap((namespace) => ['a', 'b'].map((name) => server(namespace, name))));
  });
  afterAll(() => kubectl(['delete', 'namespace', '-l', `suite=${prefix}`, '--wait=true', '--timeout=180s']));

  const frontOfTwo = { namespaceSelector: { matchLabels: { team: 'two' } }, podSelector: { matchLabels: { tier: 'front' } } };
  const notOne = { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['one'] }] } };

  it('nothing is denied without a policy', async () => {
    await expectAsDocumented([], await readyPods(6));
  });

  it('deny all of a namespace in both directions, pods of other namespaces stay as they are', async () => {
    await setPolicies([policy(x, 'deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })]);
    await expectAsDocumented(applied, await readyPods(6));
  });

  it('ingress from pods of the same namespace, of chosen namespaces, and of chosen pods in chosen namespaces', async () => {
    await setPolicies([
      policy(x, 'same', { podSelector: { matchLabels: { pod: 'a' } }, ingress: [{ from: [{ podSelector: { matchLabels: { tier: 'back' } } }] }] }),
      policy(y, 'others', { podSelector: {}, ingress: [{ from: [notOne] }] }),
      policy(z, 'both', { podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, ingress: [{ from: [frontOfTwo] }] }),
    ]);
    await expectAsDocumented(applied, await readyPods(6));
  });

  it('ports: numbers, ranges, names that differ from pod to pod, and protocols', async () => {
    await setPolicies([
      policy(x, 'named', { podSelector: {}, ingress: [{ ports: [{ port: 'web' }] }] }),
      policy(y, 'range', { podSelector: { matchLabels: { pod: 'a' } }, ingress: [{ ports: [{ port: 81, endPort: 90 }] }] }),
      policy(y, 'udp', { podSelector: { matchLabels: { pod: 'b' } }, ingress: [{ ports: [{ port: 80, protocol: 'UDP' }] }] }),
      policy(z, 'named-egress', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'web' }] }] }),
    ]);
    await expectAsDocumented(applied, await readyPods(6));
  });

  it('policies of the same pod add up, and both ends must agree', async () => {
    await setPolicies([
      policy(x, 'deny', { podSelector: {} }),
      policy(x, 'front', { podSelector: {}, ingress: [{ from: [frontOfTwo], ports: [{ port: 80 }] }] }),
      policy(x, 'udp-of-all', { podSelector: { matchLabels: { pod: 'a' } }, ingress: [{ ports: [{ protocol: 'UDP' }] }] }),
      policy(y, 'egress', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: { matchLabels: { team: 'one' } } }], ports: [{ port: 80 }, { port: 80, protocol: 'UDP' }] }] }),
      policy(z, 'all', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
    ]);
    await expectAsDocumented(applied, await readyPods(6));
  });

  it('blocks of addresses with exceptions, in both directions', async () => {
    const pods = await readyPods(6);
    const of = (namespace: string, name: string) => `${pods.find((pod) => pod.namespace === namespace && pod.name === name)?.address}/32`;
    await setPolicies([
      policy(x, 'block', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: [of(y, 'a'), of(z, 'b')] } }] }] }),
      policy(z, 'block', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: of(y, 'b') } }, { ipBlock: { cidr: of(x, 'b') } }] }] }),
    ]);
    await expectAsDocumented(applied, pods);
  });

  it('pods that are created after the policies are policed alike, and kubelet probes reach them', async () => {
    await setPolicies([
      policy(x, 'deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      policy(x, 'some', { podSelector: { matchLabels: { tier: 'back' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { pod: 'c' } } }], ports: [{ port: 'web' }] }] }),
      policy(z, 'from-back', { podSelector: { matchLabels: { pod: 'c' } }, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { tier: 'back' } } }] }] }),
    ]);
    await apply([x, y, z].map((namespace) => server(namespace, 'c')));
    await expectAsDocumented(applied, await readyPods(9));
  });

  it('labels of pods that change move them into and out of policies', async () => {
    await kubectl(`label pod a -n ${x} tier=back --overwrite`);
    await kubectl(`label pod c -n ${y} pod=former --overwrite`);
    await expectAsDocumented(applied, await readyPods(9));
  });

  it('a pod is policed from its first packet on', async () => {
    const target = (await readyPods(9)).find(({ namespace, name }) => namespace === y && name === 'a')?.address ?? '';
    const names = ['early-0', 'early-1', 'early-2'];
    await apply(names.map((name) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: x },
      spec: {
        restartPolicy: 'Never', terminationGracePeriodSeconds: 0,
        containers: [{ name: 'early', image: PERL_IMAGE, command: ['perl', '-MIO::Socket::INET', '-e', EARLY, target] }],
      },
    })));
    for (const name of names) {
      await kubectl(`wait --for=jsonpath={.status.phase}=Succeeded pod/${name} -n ${x} --timeout=180s`);
      expect(await kubectl(`logs ${name} -n ${x}`)).toBe('done\n');
    }
  });

  it('names resolve where the policy allows DNS to kube-system only', async () => {
    await setPolicies([policy(x, 'dns', {
      podSelector: {}, policyTypes: ['Egress'],
      egress: [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }] }],
    })]);
    await expectAsDocumented(applied, await readyPods(9));
    expect(await kubectl(`exec a -n ${x} -- perl -MSocket -e`.split(' ').concat('print inet_ntoa(scalar gethostbyname("kubernetes.default"))')))
      .toBe(await kubectl('get service kubernetes -n default -o jsonpath={.spec.clusterIP}'));
  });

  it('without policies everything is reached again', async () => {
    await setPolicies([]);
    await expectAsDocumented([], await readyPods(9));
  });
});
