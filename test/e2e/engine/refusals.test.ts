import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { expectInOrder } from '../harness/expect-in-order';

const labelled = (name: string) => ({ selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sleep', '3600'] }] } } });
const workload = (kind: 'Deployment' | 'StatefulSet', name: string, replicas: number) => ({ apiVersion: 'apps/v1', kind, metadata: { name }, spec: { replicas, ...(kind === 'StatefulSet' && { serviceName: name }), ...labelled(name) } });
const config = (name: string, value: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });
const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });

describe.skipIf(!defaultKubectl)('what the cluster does not allow (skipped without kubectl)', () => {
  const { kubectl, write, folder, namespace, try: attempt, twelve } = useApplication('refusals');
  const apply = (name: string, objects: readonly object[], ...flags: readonly string[]) => {
    write(`${name}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    return attempt(['apply', `${name}.json`, ...flags]);
  };
  const statusOf = async (name: string) => (JSON.parse(await twelve(['history', name, '--output', 'json'])) as readonly { readonly status: string }[]).map(({ status }) => status);

  it('pods beyond the quota end the apply with what the controller says; those that run stay', async () => {
    explainFailure(kubectl);
    const first = await apply('quota', [workload('Deployment', 'quota', 1), workload('StatefulSet', 'ordered', 1), account('old')]);
    expect(first.code, first.err).toBe(0);
    await kubectl('create quota pods --hard=pods=2');
    await eventually('the quota is counted', async () => await kubectl('get resourcequota pods -o jsonpath={.status.used.pods}') === '2');
    const { code, err } = await apply('quota', [workload('Deployment', 'quota', 2), workload('StatefulSet', 'ordered', 1)]);
    expect(code, err).toBe(1);
    expectInOrder(err, ['it cannot get ready\n', /Deployment quota is not ready: 1\/2, pods "quota-\S+" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2/]);
    expect(await kubectl('get deployment quota -o jsonpath={.status.availableReplicas}')).toBe('1');
    expect(await kubectl.try('get serviceaccount old')).toMatchObject({ code: 0 });
    expect(await statusOf('quota')).toEqual(['failed', 'running']);

    const ordered = await apply('quota', [workload('Deployment', 'quota', 1), workload('StatefulSet', 'ordered', 2)]);
    expect(ordered.code, ordered.err).toBe(1);
    expectInOrder(ordered.err, ['it cannot get ready\n', /StatefulSet ordered is not ready: 1\/2, create Pod ordered-1 in StatefulSet ordered failed error: .*exceeded quota: pods/]);

    await kubectl('delete quota pods');
    const again = await apply('quota', [workload('Deployment', 'quota', 2), workload('StatefulSet', 'ordered', 1)]);
    expect(again.code, again.err).toBe(0);
    expect(again.out).toContain('prune    - ServiceAccount old');
  });

  describe('a person who may do little', () => {
    const file = path.join(folder, 'limited.yaml');
    const user = `system:serviceaccount:${namespace}:limited`;
    const may = (verbs: string, resources: string) => kubectl('apply -f -', { input: JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'limited' },
      rules: [{ apiGroups: ['', 'apps', 'coordination.k8s.io'], resources: resources.split(','), verbs: verbs.split(',') }, { apiGroups: [''], resources: ['secrets'], verbs: ['*'] }],
    }) });
    const applyAs = (objects: readonly object[]) => apply('limited', objects, '--kubeconfig', file);
    afterAll(() => fs.rmSync(file, { force: true }));

    it('is told all that is missing before anything is changed; a lack at the end leaves a state from which the next apply goes on', async () => {
      explainFailure(kubectl);
      await kubectl('create serviceaccount limited');
      await may('get,list,watch,create,patch,update', 'configmaps,leases');
      await kubectl(`create rolebinding limited --role=limited --serviceaccount=${namespace}:limited`);
      const token = (await kubectl('create token limited')).trim();
      const view = JSON.parse(await kubectl('config view --raw --minify -o json')) as { readonly clusters: readonly [{ readonly cluster: object }] };
      fs.writeFileSync(file, JSON.stringify({
        'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'x', 'clusters': [{ name: 'x', cluster: view.clusters[0].cluster }], 'users': [{ name: 'x', user: { token } }], 'contexts': [{ name: 'x', context: { cluster: 'x', user: 'x', namespace } }],
      }), { mode: 0o600 });
      const can = (verb: string, resource: string) => eventually(`${verb} ${resource}`, async () => (await kubectl.try(`auth can-i ${verb} ${resource} --as ${user}`)).code === 0);
      await can('patch', 'configmaps');

      const refused = await applyAs([config('mine', '1'), workload('Deployment', 'limited', 1)]);
      expect(refused.code).toBe(1);
      expectInOrder(refused.err, [/Deployment \S+\/limited \(limited\.json:1\): deployments\.apps "limited" is forbidden: User "\S+:limited" cannot \w+ resource "deployments" in API group "apps"/, 'nothing was changed']);
      expect((await kubectl.try('get configmap mine')).code).toBe(1);

      const first = await applyAs([config('mine', '1'), config('other', '1')]);
      expect(first.code, first.err).toBe(0);
      await kubectl('create serviceaccount unused'); // what is not ours is not looked at
      const second = await applyAs([config('mine', '2')]);
      expect(second.code, second.err).toBe(0); // the other is kept for a rollback

      await may('get,list,watch,create,patch,update', 'configmaps,leases,serviceaccounts');
      await can('patch', 'serviceaccounts');
      expect((await applyAs([config('mine', '2'), account('leaves')])).code).toBe(0);
      const stuck = await applyAs([config('mine', '3')]);
      expect(stuck.code).toBe(1);
      expectInOrder(stuck.err, ['what left the program could not be removed: serviceaccounts "leaves" is forbidden: User ', 'everything else is applied and ready; apply again when it can be removed']);
      expect(await kubectl('get configmap mine -o jsonpath={.data.value}')).toBe('3');
      expect((await statusOf('limited'))[0]).toBe('failed');

      await may('*', 'configmaps,leases,serviceaccounts');
      await can('delete', 'serviceaccounts');
      const last = await applyAs([config('mine', '3')]);
      expect(last.code, last.err).toBe(0);
      expect((await kubectl.try('get serviceaccount leaves')).code).toBe(1);
      expect((await statusOf('limited'))[0]).toBe('running');
    });
  });
});
