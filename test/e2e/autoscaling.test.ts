import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';

/** Works while /tmp/busy exists, never with more than its limit. */
const WORKER = 'while :; do if [ -e /tmp/busy ]; then i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; else sleep 1; fi; done';

const worker = (name: string, { replicas = 1, resources = { requests: { cpu: '50m', memory: '8Mi' }, limits: { cpu: '200m', memory: '32Mi' } } as object | undefined, command = WORKER } = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    replicas, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'work', image: 'busybox:1.35', command: ['sh', '-c', command], resources }] } },
  },
});

interface AutoscalerOptions {
  readonly metrics?: readonly object[];
  readonly behavior?: object;
  readonly min?: number;
  readonly max?: number;
  readonly target?: object;
}

const cpu = (averageUtilization: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } });
const autoscaler = (name: string, { metrics = [cpu(60)], behavior, min = 1, max = 3, target = { apiVersion: 'apps/v1', kind: 'Deployment', name } }: AutoscalerOptions = {}) => ({
  apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { scaleTargetRef: target, minReplicas: min, maxReplicas: max, metrics, ...(behavior && { behavior }) },
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

describe.skipIf(defaultKubectl === undefined)('autoscaling (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('autoscaling');
  const apply = (...objects: readonly object[]) => kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  const replicas = async (name: string) => Number(await kubectl(['get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}']));
  const condition = async (name: string, type: string) => (JSON.parse(await kubectl(['get', 'hpa', name, '-o', 'json'])) as { status?: { conditions?: readonly Condition[] } }).status?.conditions?.find((found) => found.type === type);
  const events = (name: string) => kubectl(['get', 'events', '--field-selector', `involvedObject.kind=HorizontalPodAutoscaler,involvedObject.name=${name}`, '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}']);
  /** An autoscaler scales first, then it tells, and writes its status last. */
  const told = (name: string, text: string) => eventually(`an event of ${name} says ${text}`, async () => (await events(name)).includes(text));
  const inPods = async (name: string, command: string) => {
    for (const pod of (await kubectl(['get', 'pods', '-l', `app=${name}`, '-o', 'name'])).trim().split('\n')) await kubectl.try(['exec', pod, '--', 'sh', '-c', command]);
  };

  const group = `${namespace}.example.test`;
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `fleets.${group}` },
    spec: {
      group, scope: 'Namespaced', names: { plural: 'fleets', singular: 'fleet', kind: 'Fleet', listKind: 'FleetList' },
      versions: [{
        name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' } },
      }],
    },
  };

  // All at once: an autoscaler looks every fifteen seconds, and so do all of them.
  beforeAll(async () => {
    await apply(definition, worker('load'), worker('few'), worker('many', { replicas: 4 }), worker('none', { replicas: 0 }), worker('unasked', { resources: {} }), worker('outside'), worker('easy'));
    await kubectl('rollout status deployment/load --timeout=180s');
    await kubectl(`wait --for=condition=Established crd/fleets.${group} --timeout=180s`);
    const fleet = { apiVersion: `${group}/v1`, kind: 'Fleet', metadata: { name: 'north' }, spec: { replicas: 1 } };
    await eventually('a fleet can be made', async () => (await kubectl.try('apply -f -', { input: JSON.stringify(fleet) })).code === 0);
    await apply(
      autoscaler('load', { behavior: { scaleDown: { stabilizationWindowSeconds: 45 } } }), autoscaler('few', { min: 2 }), autoscaler('many', { max: 2 }), autoscaler('none'),
      autoscaler('lost'), autoscaler('strange', { target: { apiVersion: 'example.test/v1', kind: 'Widget', name: 'x' } }), autoscaler('unasked'),
      autoscaler('outside', { metrics: [{ type: 'External', external: { metric: { name: 'nothing' }, target: { type: 'Value', value: '1' } } }] }),
      autoscaler('north', { min: 3, max: 5, target: { apiVersion: `${group}/v1`, kind: 'Fleet', name: 'north' } }),
    );
    await kubectl('autoscale deployment easy --min=1 --max=4 --cpu-percent=50');
  });

  afterAll(() => kubectl.try(`delete crd fleets.${group}`));

  it('follows real load from one to the maximum and, after the window of stabilization, back', async () => {
    explainFailure(kubectl);
    await inPods('load', 'touch /tmp/busy');
    await eventually('the load needs all replicas', async () => await replicas('load') === 3);
    await told('load', 'SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request) above target');
    await eventually('its status is written', async () => /^load +Deployment\/load +\d+%\/60% +1 +3 +\d /.test(await kubectl('get hpa load --no-headers')));
    expect(await condition('load', 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound', message: 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)' });
    expect(await kubectl('describe hpa load')).toMatch(/resource cpu on pods +\(as a percentage of request\): +\d+% \(\d+m\) \/ 60%/);

    await inPods('load', 'rm -f /tmp/busy');
    await eventually('less is wanted, but it was more a moment ago', async () => {
      const able = await condition('load', 'AbleToScale');
      return able?.status === 'True' && able.reason === 'ScaleDownStabilized' && able.message === 'recent recommendations were higher than current one, applying the highest recent recommendation' && await replicas('load') === 3;
    });
    await eventually('one is left', async () => await replicas('load') === 1);
    await told('load', 'SuccessfulRescale: New size: 1; reason: All metrics below target');
  });

  it('keeps to its bounds at once, says what it limits, and leaves what has no replicas alone', async () => {
    explainFailure(kubectl);
    await eventually('there are enough', async () => await replicas('few') === 2);
    await eventually('there are not too many', async () => await replicas('many') === 2);
    await told('few', 'SuccessfulRescale: New size: 2; reason: Current number of replicas below Spec.MinReplicas');
    await told('many', 'SuccessfulRescale: New size: 2; reason: Current number of replicas above Spec.MaxReplicas');
    await eventually('it is off', async () => (await condition('none', 'ScalingActive'))?.reason === 'ScalingDisabled');
    expect(await condition('none', 'ScalingActive')).toMatchObject({ status: 'False', message: 'scaling is disabled since the replica count of the target is zero' });
    expect(await replicas('none')).toBe(0);
    await eventually('idle pods need no more than the minimum', async () => (await condition('few', 'ScalingLimited'))?.reason === 'TooFewReplicas');
  });

  it('says what it cannot find: the target, the requests, the metrics', async () => {
    explainFailure(kubectl);
    await eventually('it has no target', async () => (await condition('lost', 'AbleToScale'))?.reason === 'FailedGetScale');
    expect(await condition('lost', 'AbleToScale')).toMatchObject({ status: 'False', message: "the HPA controller was unable to get the target's current scale: deployments/scale.apps \"lost\" not found" });
    await eventually('there is no such kind', async () => (await condition('strange', 'AbleToScale'))?.message.includes('no matches for kind "Widget" in group "example.test"'));
    await eventually('the metric is missing', async () => (await condition('outside', 'ScalingActive'))?.reason === 'FailedGetExternalMetric');
    await eventually('its pods request nothing', async () => (await condition('unasked', 'ScalingActive'))?.message.includes('failed to get cpu utilization: missing request for cpu in container work of Pod unasked-'));
    await told('unasked', 'FailedGetResourceMetric: failed to get cpu utilization: ');
    await told('outside', 'FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: ');
    expect(await kubectl('get hpa unasked --no-headers')).toContain('<unknown>/60%');
  });

  it('is made by kubectl autoscale, and is whole in both versions', async () => {
    explainFailure(kubectl);
    expect(await kubectl('get hpa easy -o jsonpath={.spec.metrics}')).toBe('[{"resource":{"name":"cpu","target":{"averageUtilization":50,"type":"Utilization"}},"type":"Resource"}]');
    expect(await kubectl('get hpa.v1.autoscaling easy -o jsonpath={.spec.targetCPUUtilizationPercentage}')).toBe('50');
    const memory = { type: 'ContainerResource', containerResource: { name: 'memory', container: 'work', target: { type: 'AverageValue', averageValue: '64Mi' } } };
    await kubectl(['patch', 'hpa', 'easy', '--type=merge', '-p', JSON.stringify({ spec: { metrics: [memory, cpu(50)] } })]);
    await eventually('both metrics are known', async () => /^\d/.test(await kubectl('get hpa easy -o jsonpath={.status.currentMetrics[0].containerResource.current.averageValue}')));
    expect(await kubectl('get hpa.v1.autoscaling easy -o jsonpath={.metadata.annotations}')).toContain('targetAverageValue');
    await kubectl('annotate hpa.v1.autoscaling easy through=v1');
    expect(await kubectl('get hpa.v2.autoscaling easy -o jsonpath={.spec.metrics[0].containerResource.container}')).toBe('work');
    expect((await kubectl.try(['patch', 'hpa', 'easy', '--type=merge', '-p', '{"spec":{"minReplicas":9}}'])).err).toContain('spec.maxReplicas: Invalid value: 4: must be greater than or equal to `minReplicas`');
  });

  it('scales custom resources that have a scale', async () => {
    explainFailure(kubectl);
    await eventually('the fleet has grown', async () => await kubectl(`get fleets.${group} north -o jsonpath={.spec.replicas}`) === '3');
    await eventually('it has no pods to look at', async () => (await condition('north', 'ScalingActive'))?.reason === 'InvalidSelector');
    await told('north', 'SelectorRequired: selector is required');
  });
});
