import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';
import { plainApplication } from '../harness/plain-application';
import { clusterOf, serviceAccount, writeKubeconfig } from '../harness/service-account';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');

function useLimitedUser(label: string, role: Parameters<typeof serviceAccount>[3]) {
  const application = useApplication(label);
  const { kubectl, namespace, folder } = application;
  let kubeconfig = '';
  beforeAll(async () => {
    const token = await serviceAccount(kubectl, 'deployer', namespace, role);
    kubeconfig = writeKubeconfig(folder, 'deployer', { cluster: await clusterOf(kubectl), namespace, user: { token } });
  });
  const deployments = async () => (await kubectl(['get', 'deployments', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ').filter(Boolean).sort();
  return { ...application, deployments, as: (...[verb, ...words]: readonly string[]) => tryRun(process.execPath, [CLI, verb, '--kubeconfig', kubeconfig, ...words], { cwd: folder, env: { NO_COLOR: '1' } }) };
}

describe.skipIf(!defaultKubectl)('who may edit one namespace and see nothing else', () => {
  const { kubectl, write, deployments, as } = useLimitedUser('editor', 'edit');

  it('applies, and prunes what has left', async () => {
    explainFailure(kubectl);
    write('shop.yaml', plainApplication(1));
    const first = await as('apply', 'shop.yaml');
    expect([first.err, first.code]).toEqual(['', 0]);
    expect((await as('diff', 'shop.yaml')).code).toBe(0);
    write('shop.yaml', plainApplication(2));
    expect((await as('diff', 'shop.yaml')).code).toBe(2);
    const second = await as('apply', 'shop.yaml');
    expect([second.err, second.code]).toEqual(['', 0]);
    expect(second.out).toMatch(/prune {4}- Deployment extra-1/);
    expect(await deployments()).toEqual(['extra-2', 'web']);
  });

  it('sees its processes, and is told what it does not see', async () => {
    const { code, out, err } = await as('status');
    expect(code).toBe(0);
    expect(out).toMatch(/web [^\n]*1\/1/);
    expect(err).toMatch(/limit +nodes is forbidden: User "system:serviceaccount:\S+:deployer" cannot list resource "nodes"/);
    expect(err).toMatch(/limit +\S+ is forbidden: .* at the cluster scope; only namespace \S+ is shown/);
  });

  it('reads the history and goes back', async () => {
    explainFailure(kubectl);
    expect((await as('history', 'shop')).out).toMatch(/2 +running[^]*1 +deployed/);
    const { code, err } = await as('rollback', '--app', 'shop', '--yes');
    expect([err, code]).toEqual(['', 0]);
    expect(await deployments()).toEqual(['extra-1', 'web']);
  });

  it('deletes, and is told where it could not look', async () => {
    const { code, out, err } = await as('delete', '--app', 'shop', '--yes');
    expect([code, out]).toEqual([0, expect.stringMatching(/done {5}\d+ objects deleted/)]);
    expect(err).toMatch(/limit +you may not list these kinds, so it is not known whether shop has some: .*ClusterRole/);
    expect(await deployments()).toEqual([]);
  });

  it('is refused by name what is outside of it, before anything is changed', async () => {
    write('outside.yaml', '{ apiVersion: v1, kind: ConfigMap, metadata: { name: inside } }\n---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: outside, namespace: kube-system } }\n');
    const { code, err } = await as('apply', 'outside.yaml');
    expect(code).toBe(1);
    expect(err).toMatch(/ConfigMap kube-system\/outside \(outside\.yaml:\d+\): .*forbidden/);
    expect((await kubectl.try('get configmap inside')).err).toMatch(/NotFound/);
  });
});

describe.skipIf(!defaultKubectl)('who may touch neither Secrets nor Leases', () => {
  const everything = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const { kubectl, write, deployments, as } = useLimitedUser('no-secrets', [
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: everything }, { apiGroups: ['batch'], resources: ['jobs'], verbs: everything }, { apiGroups: [''], resources: ['configmaps', 'pods'], verbs: everything },
  ]);

  it('applies without a record, and is told what that means', async () => {
    explainFailure(kubectl);
    for (const version of [1, 2]) {
      write('shop.yaml', plainApplication(version));
      const { code, err } = await as('apply', 'shop.yaml');
      expect([code, err]).toEqual([0, expect.stringMatching(/^limit {4}releases are kept in Secrets, and you may not read these \(secrets is forbidden: .*\): no release is recorded, nothing is pruned/)]);
    }
    expect(await deployments()).toEqual(['extra-1', 'extra-2', 'web']); // nobody knows of the first one
  });

  it('is told why there is no history, and deletes what the program names', async () => {
    const history = await as('history', 'shop');
    expect([history.code, history.err]).toEqual([1, expect.stringMatching(/secrets is forbidden/)]);
    const { code, out } = await as('delete', 'shop.yaml', '--yes');
    expect([code, out]).toEqual([0, expect.stringMatching(/done {5}4 objects deleted/)]);
    expect(await deployments()).toEqual(['extra-1']);
  });
});
