import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Node } from '../../lib/api/types';
import { defaultKubectl } from './harness/case';
import { tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { type JoinedNode, RealCluster } from './harness/real-cluster';

const TAINT = 'virtual-kubelet.io/provider=docker:NoSchedule';
const pod = (name: string, more: object = {}) => JSON.stringify({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'] }], ...more },
});
const tolerant = { nodeSelector: { type: 'virtual-kubelet' }, tolerations: [{ key: 'virtual-kubelet.io/provider', operator: 'Exists' }] };

describe.skipIf(!defaultKubectl || !inject('joinedNode'))('a Docker host that joins a real control plane (skipped without one)', () => {
  const cluster = new RealCluster();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: cluster.kubeconfig });
  const name = `e2e-${process.pid}-join`;
  let node: JoinedNode;
  const containers = async () => (await tryRun('docker', ['ps', '-q', '--no-trunc', '--filter', `label=cdk8s-twelve-factor/runtime=${name}`])).out.split('\n').sort().join(' ').trim();
  const rules = async () => (await tryRun('nft', ['list', 'tables'])).out.split('\n').filter((line) => line.includes(name.replaceAll('-', '_')));
  const own = () => kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: path.join(cluster.directory, 'node.kubeconfig') });

  beforeAll(() => cluster.up());
  afterAll(() => cluster.end());

  it('is Ready with the taint and the label of a virtual node, and a certificate that is its own', async () => {
    node = await cluster.join(name);
    const found = JSON.parse(await kubectl(`get node ${name} -o json`)) as Node;
    expect(found.spec?.taints?.map(({ key, value, effect }) => `${key}=${value}:${effect}`)).toContain(TAINT);
    expect(found.metadata.labels).toMatchObject({ type: 'virtual-kubelet' });
    const { subject } = new X509Certificate(fs.readFileSync(path.join(node.dataDirectory, 'pki', 'kubelet-client.crt')));
    expect(subject).toBe(`O=system:nodes\nCN=system:node:${name}`);
    for (const file of fs.readdirSync(path.join(node.dataDirectory, 'pki'))) expect(fs.statSync(path.join(node.dataDirectory, 'pki', file)).mode & 0o777).toBe(0o600);
  });

  it('runs the pods that tolerate it and no others, with logs, exec and names', async () => {
    await kubectl('apply -f -', { input: pod('stays-away') });
    await kubectl('apply -f -', { input: pod('comes', tolerant) });
    await kubectl('wait --for=condition=Ready pod/comes --timeout=180s');
    await kubectl('wait --for=condition=PodScheduled=false pod/stays-away --timeout=180s');
    expect(await kubectl('exec comes -- nslookup kubernetes.default.svc.cluster.local')).toMatch(/Address.*: 10\./);
    await kubectl('delete pod stays-away --wait=true');
  });

  it('may do with its certificate what its pods need, and nothing else', async () => {
    const { cert, key } = { cert: path.join(node.dataDirectory, 'pki/kubelet-client.crt'), key: path.join(node.dataDirectory, 'pki/kubelet-client.key') };
    fs.copyFileSync(cluster.kubeconfig, path.join(cluster.directory, 'node.kubeconfig'));
    await own()(['config', 'set-credentials', 'admin', `--client-certificate=${cert}`, `--client-key=${key}`, '--embed-certs']);
    expect(await own()('get services,namespaces -A -o name')).toContain('service/kubernetes');
    expect((await own().try('get secrets -A')).err).toContain('forbidden');
    expect((await own().try('label node/nobody a=b')).code).not.toBe(0);
    expect((await own().try(`label node ${name} node-restriction.kubernetes.io/a=b`)).err).toContain('is not allowed');
    expect((await own().try('create namespace of-the-node')).err).toContain('forbidden');
  });

  it('does not take the name of a node that is somebody else\'s', async () => {
    await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'theirs' } }) });
    await expect(cluster.join(`${name}-2`, ['--node-name', 'theirs'])).rejects.toThrow(/there is a node theirs already[^]*--node-name/);
    await kubectl('delete node theirs');
  });

  it('says what is wrong when there is no such server', async () => {
    const file = path.join(cluster.directory, 'nowhere.kubeconfig');
    fs.writeFileSync(file, fs.readFileSync(cluster.kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'));
    await expect(cluster.node(`${name}-3`, file).start()).rejects.toThrow(/cannot reach the API server https:\/\/127\.0\.0\.1:1/);
  });

  it('keeps its containers when it ends, and takes them up when it comes back', async () => {
    const before = await containers();
    expect(before).not.toBe('');
    await node.interrupt();
    expect(node.output).toContain(`node ${name} stopped`);
    expect(await containers()).toBe(before);
    await node.start();
    await kubectl('wait --for=condition=Ready pod/comes --timeout=180s');
    expect(await containers()).toBe(before);
    expect(await kubectl('get pod comes -o jsonpath={.status.containerStatuses[0].restartCount}')).toBe('0');
  });

  it('leaves nothing behind', async () => {
    expect(await rules()).not.toEqual([]);
    expect(await node.leave()).toContain(`node ${name} has left`);
    expect(await kubectl('get nodes,pods -o name')).toBe('');
    expect((await kubectl('get clusterrolebindings -o name')).includes(name)).toBe(false);
    expect(await rules()).toEqual([]);
    expect(await containers()).toBe('');
    expect(fs.existsSync(node.dataDirectory)).toBe(false);
  });

  it('waits for an administrator where a bootstrap token may only ask', async () => {
    const [id, secret] = ['abcdef', '0123456789abcdef'];
    await kubectl(['create', 'secret', 'generic', `bootstrap-token-${id}`, '-n', 'kube-system', '--type=bootstrap.kubernetes.io/token', `--from-literal=token-id=${id}`, `--from-literal=token-secret=${secret}`, '--from-literal=usage-bootstrap-authentication=true']);
    await kubectl('create clusterrolebinding node-bootstrappers --clusterrole=system:node-bootstrapper --group=system:bootstrappers');
    const file = path.join(cluster.directory, 'bootstrap.kubeconfig');
    fs.copyFileSync(cluster.kubeconfig, file);
    const bootstrap = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: file });
    await bootstrap(['config', 'unset', 'users']);
    await bootstrap(['config', 'set-credentials', 'admin', `--token=${id}.${secret}`]);
    const joining = cluster.node(`${name}-4`, file);
    const ready = joining.start(['--service-cidr', cluster.serviceCidr]);
    ready.catch(() => undefined);
    const asked = async (pattern: RegExp) => eventually(`it asks for ${String(pattern)}`, () => pattern.exec(joining.output)?.[1] ?? undefined);
    await kubectl(['certificate', 'approve', await asked(/kubectl certificate approve (\S+)/)]);
    await kubectl(['certificate', 'approve', await asked(/certificate approve [^]*kubectl certificate approve (\S+)/)]);
    await kubectl(['apply', '-f', await asked(/kubectl apply -f (\S+)/)]);
    await ready;
    await kubectl(`wait --for=condition=Ready node/${name}-4 --timeout=180s`);
    expect(await joining.leave(cluster.kubeconfig)).toContain(`node ${name}-4 has left`);
  });
});
