import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../lib/api/types';
import { type Attempt, isAllowed, type ReferencePod } from '../network-policy/reference';
import { defaultKubectl, explainFailure } from './harness/case';
import { DockerHosts } from './harness/docker-hosts';
import { eventually } from './harness/eventually';
import { type Kubectl, kubectlFor } from './harness/kubectl';
import { list } from './harness/objects';
import { TestRuntime } from './harness/runtime';
import { answering, ask, PERL_IMAGE } from './harness/sockets';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const available = isRoot && defaultKubectl !== undefined && !process.env.TWELVE_E2E_KUBECONFIG;

/** Each node enforces what concerns its own pods: egress where a connection begins, ingress where it ends. */
describe.skipIf(!available)('network policies across hosts (skipped without root and kubectl)', () => {
  const runtime = new TestRuntime();
  const hosts = new DockerHosts(1);
  const [host] = hosts.hosts;
  let kubectl: Kubectl;
  let pods: readonly (ReferencePod & { readonly name: string })[] = [];

  const policy = (name: string, spec: NetworkPolicy['spec']) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'default' }, spec }) as NetworkPolicy;
  const attempts = () => pods.flatMap((from) => pods.flatMap((to) => [80, 81].map((port): Attempt => ({ from, to, protocol: 'TCP', port }))));
  const line = ({ from, to, port }: Attempt) => `${pods.find((pod) => pod === from)?.name} -> ${pods.find((pod) => pod === to)?.name} ${port}`;

  async function expectAsDocumented(policies: readonly NetworkPolicy[]): Promise<void> {
    const allowed = attempts().filter((attempt) => isAllowed(policies, { default: {} }, attempt)).map(line).sort();
    let last: readonly string[] = [];
    await eventually('who reaches whom is as the policies say', async () => {
      const reached = await Promise.all(pods.map(async (from) => {
        const tries = attempts().filter((attempt) => attempt.from === from);
        const answers = await ask(kubectl, 'default', from.name, tries.map(({ to, protocol, port }) => ({ protocol, port, address: to.address })));
        return tries.filter((_try, index) => answers[index] && answers[index]?.client === from.address).map(line);
      }));
      last = reached.flat().sort();
      return last.join() === allowed.join();
    }).catch(() => undefined);
    expect(last).toEqual(allowed);
  }

  beforeAll(async () => {
    await hosts.start([PERL_IMAGE]);
    await runtime.twelve(['up', ...runtime.target(), '--node-address', hosts.address]);
    kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
    await runtime.twelve(['node', 'add', host.dockerHost, '--insecure', '--docker-socket', host.socketPath, '--node-name', host.name, ...runtime.target()]);
    const here = (await kubectl('get nodes -o jsonpath={.items[*].metadata.name}')).split(' ').find((name) => name !== host.name) ?? '';
    const wanted = [['web-here', here], ['api-here', here], ['web-there', host.name], ['api-there', host.name], ['other-there', host.name]];
    await kubectl('apply -f -', { input: list(...wanted.map(([name, nodeName]) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name.split('-')[0] } },
      spec: { nodeSelector: { 'kubernetes.io/hostname': nodeName }, terminationGracePeriodSeconds: 0, containers: [answering(['TCP:80', 'TCP:81'])] },
    }))) });
    await kubectl('wait --for=condition=Ready pods --all --timeout=180s');
    const { items } = JSON.parse(await kubectl('get pods -o json')) as { items: { metadata: { name: string; labels: Record<string, string> }; status: { podIP: string } }[] };
    pods = items.map(({ metadata: { name, labels }, status }) => ({ name, labels, namespace: 'default', address: status.podIP }));
  });
  afterAll(async () => {
    await runtime.end();
    await hosts.end();
  });

  it('are the same as on one', async () => {
    explainFailure(kubectl);
    await expectAsDocumented([]);
    const policies = [
      policy('api', { podSelector: { matchLabels: { app: 'api' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 80 }] }] }),
      policy('other', { podSelector: { matchLabels: { app: 'other' } }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: { app: 'web' } } }] }] }),
    ];
    await kubectl('apply -f -', { input: list(...policies) });
    await expectAsDocumented(policies);
  });
});
