import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { MetricsAdapter } from './harness/metrics-adapter';

const available = defaultKubectl !== undefined && !process.env.TWELVE_E2E_KUBECONFIG;
const GROUPS = ['v1beta2.custom.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'];

/** A Service without selector in front of a server in this process, and APIServices that lead to it. */
function registration({ namespace, address, port, caBundle }: { readonly namespace: string; readonly address: string; readonly port: number; readonly caBundle: string }): readonly object[] {
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'adapter' }, spec: { ports: [{ name: 'https', port: 443, targetPort: port }] } },
    { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'adapter' }, subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port }] }] },
    ...GROUPS.map((name) => {
      const [version, ...group] = name.split('.');
      return {
        apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name },
        spec: { group: group.join('.'), version, service: { name: 'adapter', namespace, port: 443 }, caBundle, groupPriorityMinimum: 100, versionPriority: 100 },
      };
    }),
  ];
}

const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    replicas, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'busybox:1.35', command: ['sleep', '600'] }] } },
  },
});

const autoscaler = (name: string, metrics: readonly object[]) => ({
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 4, metrics, behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } },
});

describe.skipIf(!available)('servers behind APIServices (skipped without kubectl and on other clusters)', () => {
  const { kubectl, namespace } = useNamespace('adapter');
  let adapter: MetricsAdapter;
  const apply = (objects: readonly object[]) => kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  const condition = (name: string) => kubectl(['get', 'apiservice', name, '-o', 'jsonpath={.status.conditions[?(@.type=="Available")].status} {.status.conditions[?(@.type=="Available")].reason}']);
  const hpa = (name: string, path: string) => kubectl(['get', 'hpa', name, '-o', `jsonpath={${path}}`]);

  beforeAll(async () => {
    const frontProxyCa = await kubectl(['get', 'configmap', 'extension-apiserver-authentication', '-n', 'kube-system', '-o', 'jsonpath={.data.requestheader-client-ca-file}']);
    adapter = await MetricsAdapter.start([`adapter.${namespace}.svc`], frontProxyCa);
    const address = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}']);
    await apply(registration({ namespace, address, port: adapter.port, caBundle: adapter.caBundle }));
    for (const name of GROUPS) await eventually(`${name} is available`, async () => await condition(name) === 'True Passed');
  });

  afterAll(async () => {
    await kubectl(['delete', 'apiservice', ...GROUPS, '--ignore-not-found']);
    adapter.end();
  });

  it('are found by discovery, plain and aggregated', async () => {
    expect(await kubectl('api-versions')).toContain('custom.metrics.k8s.io/v1beta2');
    expect(await kubectl(['get', '--raw', '/apis/external.metrics.k8s.io'])).toContain('"preferredVersion":{"groupVersion":"external.metrics.k8s.io/v1beta1"');
    expect(await kubectl('api-resources --api-group=external.metrics.k8s.io')).toContain('ExternalMetricValueList');
  });

  it('are told who asks, by the front proxy certificate and without the credentials', async () => {
    adapter.external.set('queue_length{}', '7');
    await kubectl(['get', '--raw', `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/queue_length`, '--as=anna', '--as-group=system:masters']);
    // The API server itself asks beside this whether the adapter is there.
    expect(adapter.seen.filter(({ path }) => path.endsWith('/queue_length')).at(-1)).toEqual({ path: expect.stringContaining('queue_length'), user: 'anna', groups: expect.stringContaining('system:masters'), certificate: 'front-proxy-client', authorization: undefined });
    expect((await kubectl.try(['get', '--raw', `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/queue_length`, '--as=nobody'])).err).toContain('forbidden');
  });

  it('let autoscalers follow pods, objects and what is outside the cluster', async () => {
    explainFailure(kubectl);
    adapter.pods.set('requests', { names: async () => (await kubectl('get pods -l app=by-pods -o jsonpath={.items[*].metadata.name}')).split(' '), value: '600' });
    adapter.objects.set('services/adapter/hits', '3k');
    adapter.external.set('queue_length{queue=mail}', '35');
    const selector = { matchLabels: { queue: 'mail' } };
    await apply([
      deployment('by-pods', 1), deployment('by-object', 1), deployment('by-queue', 1),
      autoscaler('by-pods', [{ type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '150' } } }]),
      autoscaler('by-object', [{ type: 'Object', object: { metric: { name: 'hits' }, describedObject: { apiVersion: 'v1', kind: 'Service', name: 'adapter' }, target: { type: 'AverageValue', averageValue: '1k' } } }]),
      autoscaler('by-queue', [{ type: 'External', external: { metric: { name: 'queue_length', selector }, target: { type: 'AverageValue', averageValue: '10' } } }]),
    ]);
    const size = (name: string) => kubectl(['get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}']);
    await eventually('the queue needs four', async () => await size('by-queue') === '4');
    await eventually('the object needs three', async () => await size('by-object') === '3');
    await eventually('the pods need four times as many', async () => await size('by-pods') === '4');
    await eventually('its status has the value', async () => /^\d/.test(await hpa('by-queue', '.status.currentMetrics[0].external.current.averageValue')));
    await eventually('its status names the metric', async () => (await hpa('by-object', '.status.conditions[?(@.type=="ScalingActive")].message')).includes('calculate a replica count from Service metric hits'));
    await eventually('an Event says why', async () => (await kubectl('describe hpa by-queue')).includes('New size: 4; reason: external metric queue_length(&LabelSelector{MatchLabels:map[string]string{queue: mail,},MatchExpressions:[]LabelSelectorRequirement{},}) above target'));

    adapter.external.set('queue_length{queue=mail}', '5');
    await eventually('the queue is short', async () => await size('by-queue') === '1');
    await eventually('it is shown', async () => (await kubectl('get hpa by-pods --no-headers')).includes('600/150'));
  });

  it('that do not answer are unavailable, and autoscalers say what they miss', async () => {
    await kubectl(['patch', 'endpoints', 'adapter', '--type=json', '-p', '[{"op":"remove","path":"/subsets"}]']);
    await eventually('it is known to be away', async () => await condition(GROUPS[1]) === 'False MissingEndpoints');
    expect((await kubectl.try(['get', '--raw', `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/queue_length`])).err).toContain('currently unable to handle the request');
    await eventually('the autoscaler knows', async () => await hpa('by-queue', '.status.conditions[?(@.type=="ScalingActive")].reason') === 'FailedGetExternalMetric');
    expect(await kubectl('get hpa by-queue -o jsonpath={.status.desiredReplicas}')).toBe('1');
  });
});
