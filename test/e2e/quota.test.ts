import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { FOREVER, list, shellPod } from './harness/objects';

const resources = (requests: object, limits: object = requests) => ({ container: { resources: { requests, limits } } });

describe.skipIf(!defaultKubectl)('what a namespace may use', () => {
  const { kubectl, namespace } = useNamespace('quota');
  const used = async (name: string) => JSON.parse(await kubectl(`get resourcequota ${name} -o jsonpath={.status.used}`) || '{}') as Record<string, string>;

  it('a quota counts objects and requests, refuses what is too much with upstream\'s words, and forgets what is gone', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard: { 'pods': '2', 'requests.cpu': '100m', 'limits.memory': '64Mi', 'count/deployments.apps': '1', 'services': '1' } } }) });
    await eventually('the quota shows that nothing is used', async () => (await used('small'))['pods'] === '0');
    expect((await kubectl.try('apply -f -', { input: list(shellPod('silent', FOREVER)) })).err)
      .toContain('pods "silent" is forbidden: failed quota: small: must specify limits.memory for: main; requests.cpu for: main');

    await kubectl('apply -f -', { input: list(shellPod('first', FOREVER, resources({ cpu: '60m', memory: '16Mi' }))) });
    await eventually('the first pod is counted', async () => {
      const status = await used('small');
      return status['pods'] === '1' && status['requests.cpu'] === '60m' && status['limits.memory'] === '16Mi';
    });
    expect((await kubectl.try('apply -f -', { input: list(shellPod('second', FOREVER, resources({ cpu: '50m', memory: '16Mi' }))) })).err)
      .toContain('pods "second" is forbidden: exceeded quota: small, requested: requests.cpu=50m, used: requests.cpu=60m, limited: requests.cpu=100m');
    await kubectl('delete pod first');
    await eventually('nothing is counted any more', async () => (await used('small'))['pods'] === '0');
  });

  it('a Deployment above the quota says so in its conditions and events', async () => {
    explainFailure(kubectl);
    await kubectl('create deployment many --image=busybox:1.35 --replicas=3 -- sh -c sleep');
    await eventually('the deployment says why', async () => (await kubectl(['get', 'deployment', 'many', '-o', 'jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].reason}'])) === 'FailedCreate');
    await eventually('an Event says why', async () => (await kubectl(['get', 'events', '--field-selector', 'reason=FailedCreate'])).includes('failed quota: small: must specify'));
    expect((await kubectl.try('create deployment other --image=busybox:1.35')).err).toContain('exceeded quota: small, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1');
    await kubectl('delete deployment many');
    await kubectl('delete resourcequota small');
  });

  it('a quota with scopes counts only the pods in them', async () => {
    explainFailure(kubectl);
    const scoped = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard: { pods: '5' }, ...spec } });
    await kubectl('apply -f -', { input: list(scoped('best-effort', { scopes: ['BestEffort'] }), scoped('not-best-effort', { scopes: ['NotBestEffort'] }), scoped('terminating', { scopes: ['Terminating'] }),
      scoped('critical', { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['nobody-has-this'] }] } })) });
    await kubectl('apply -f -', { input: list(shellPod('idle', FOREVER), shellPod('limited', FOREVER, { ...resources({ cpu: '10m' }), spec: { activeDeadlineSeconds: 300 } })) });
    await eventually('each quota counts its own', async () => {
      const counts = await Promise.all(['best-effort', 'not-best-effort', 'terminating', 'critical'].map(async (name) => (await used(name))['pods']));
      return counts.join() === '1,1,1,0';
    });
    expect(await kubectl('describe quota best-effort')).toMatch(/Scopes: +BestEffort[\s\S]*pods +1 +5/);
    await kubectl('delete resourcequota --all');
    await kubectl('delete pod idle limited');
  });

  // Kubernetes counts a new kind only minutes later.
  it.skipIf(process.env.TWELVE_E2E_KUBECONFIG)('a quota counts custom resources too', async () => {
    explainFailure(kubectl);
    const group = `${namespace}.example.com`;
    const schema = { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `widgets.${group}` },
      spec: { group, scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' }, versions: [{ name: 'v1', served: true, storage: true, schema }] },
    };
    const widget = (name: string) => ({ apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name } });
    try {
      await kubectl('apply -f -', { input: list(definition) });
      await kubectl(`wait --for=condition=Established crd/widgets.${group} --timeout=180s`);
      await eventually('widgets are served', async () => (await kubectl.try(`get widgets.${group}`)).code === 0);
      await kubectl('apply -f -', { input: list(widget('one')) });
      await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'widgets' }, spec: { hard: { [`count/widgets.${group}`]: '1' } } }) });
      await eventually('the widget is counted', async () => (await used('widgets'))[`count/widgets.${group}`] === '1');
      expect((await kubectl.try('apply -f -', { input: list(widget('two')) })).err).toContain(`exceeded quota: widgets, requested: count/widgets.${group}=1, used: count/widgets.${group}=1, limited: count/widgets.${group}=1`);
    } finally {
      await kubectl.try(`delete crd widgets.${group}`);
      await kubectl.try('delete resourcequota widgets');
    }
  });

  it('a LimitRange gives containers their defaults and refuses what is outside its bounds', async () => {
    explainFailure(kubectl);
    const limits = [
      { type: 'Container', default: { memory: '32Mi' }, defaultRequest: { memory: '16Mi' }, max: { memory: '64Mi' }, min: { memory: '8Mi' }, maxLimitRequestRatio: { memory: '4' } },
      { type: 'Pod', max: { memory: '80Mi' } },
      { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
    ];
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds' }, spec: { limits } }) });
    await kubectl('apply -f -', { input: list(shellPod('default', FOREVER)) });
    expect(await kubectl('get pod default -o jsonpath={.spec.containers[0].resources}')).toBe('{"limits":{"memory":"32Mi"},"requests":{"memory":"16Mi"}}');
    expect(await kubectl('get pod default -o jsonpath={.metadata.annotations.kubernetes\\.io/limit-ranger}')).toContain('LimitRanger plugin set: memory request for container main; memory limit for container main');
    const refused = async (name: string, requests: object, bounds: object = requests) => (await kubectl.try('apply -f -', { input: list(shellPod(name, FOREVER, resources(requests, bounds))) })).err;
    expect(await refused('large', { memory: '65Mi' })).toContain('maximum memory usage per Container is 64Mi, but limit is 65Mi');
    expect(await refused('tiny', { memory: '4Mi' })).toContain('minimum memory usage per Container is 8Mi, but request is 4Mi');
    expect(await refused('burst', { memory: '8Mi' }, { memory: '40Mi' })).toContain('memory max limit to request ratio per Container is 4, but provided ratio is 5');
    const storage = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'huge' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } };
    expect((await kubectl.try('apply -f -', { input: list(storage) })).err).toContain('maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi');
  });
});
