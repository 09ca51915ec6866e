import { describe, expect, it } from 'vitest';
import { documents, found } from './read';

const deployment = (spec: string, container = '') => `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { ${spec}${spec && ','} selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: 'shop:1'${container} }] } } } }`;
const budget = (spec: string, labels = 'app: web', name = 'web') => `{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: ${name} }, spec: { ${spec}, selector: { matchLabels: { ${labels} } } } }`;
const scaler = (spec: string, name = 'web') => `{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: ${name} }, spec: { scaleTargetRef: { kind: Deployment, name: web }, ${spec} } }`;

describe('a disruption budget', () => {
  it.each([
    ['minAvailable: 1', 1, 1], ['minAvailable: 1', 2, 0], ['minAvailable: 2', 2, 1], ['minAvailable: "50%"', 1, 1], ['minAvailable: "50%"', 2, 0], ['minAvailable: "100%"', 3, 1],
    ['maxUnavailable: 0', 3, 1], ['maxUnavailable: "0%"', 3, 1], ['maxUnavailable: "10%"', 1, 0], ['maxUnavailable: 1', 1, 0], ['minAvailable: 1', 0, 0],
  ])('with %s of %i copies has %i findings', (spec, replicas, count) => {
    expect(found('blocking-budget', documents(budget(spec), deployment(`replicas: ${replicas}`)))).toHaveLength(count);
  });

  it('counts the copies that an autoscaler leaves at least', () => {
    expect(found('blocking-budget', documents(budget('minAvailable: 2'), deployment(''), scaler('minReplicas: 2, maxReplicas: 9')))).toHaveLength(1);
    expect(found('blocking-budget', documents(budget('minAvailable: 2'), deployment(''), scaler('minReplicas: 3, maxReplicas: 9')))).toEqual([]);
  });

  it('that allows nothing is found without its pods, too', () => {
    expect(found('blocking-budget', budget('maxUnavailable: 0'))).toHaveLength(1);
    expect(found('blocking-budget', budget('minAvailable: 2'))).toEqual([]);
  });

  it('that says no number lets nothing be evicted', () => {
    expect(found('blocking-budget', documents(budget('unhealthyPodEvictionPolicy: AlwaysAllow'), deployment('replicas: 3')))).toEqual([
      'PodDisruptionBudget/web spec: it says neither minAvailable nor maxUnavailable, which lets no pod of Deployment web be evicted → set maxUnavailable: 1',
    ]);
  });

  it('selects pods that no other one selects', () => {
    expect(found('overlapping-budgets', documents(deployment(''), budget('maxUnavailable: 1'), budget('maxUnavailable: 1', 'app: web', 'again')))).toEqual([
      'PodDisruptionBudget/again spec.selector: it selects Deployment web, as does PodDisruptionBudget web → keep one of the two for these pods',
    ]);
    expect(found('budget-selects-nothing', documents(deployment(''), budget('maxUnavailable: 1', 'app: wbe')))).toHaveLength(1);
    expect(found('budget-selects-nothing', budget('maxUnavailable: 1'))).toEqual([]);
  });
});

describe('an autoscaler', () => {
  const onCpu = scaler('maxReplicas: 4, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]');

  it('and a written number of copies contradict each other, except for 0', () => {
    expect(found('autoscaled-replicas', documents(deployment('replicas: 2'), onCpu))).toHaveLength(1);
    expect(found('autoscaled-replicas', documents(deployment('replicas: 0'), onCpu))).toEqual([]);
    expect(found('autoscaled-replicas', deployment('replicas: 2'))).toEqual([]);
  });

  it('needs a request, or a limit or a LimitRange from which there is one', () => {
    expect(found('autoscaler-request', documents(deployment(''), onCpu))).toHaveLength(1);
    expect(found('autoscaler-request', documents(deployment('', ', resources: { limits: { cpu: 1 } }'), onCpu))).toEqual([]);
    expect(found('autoscaler-request', documents(deployment('', ', resources: { requests: { memory: 1Gi } }'), onCpu))).toHaveLength(1);
    expect(found('autoscaler-request', documents(deployment(''), onCpu, '{ apiVersion: v1, kind: LimitRange, metadata: { name: x } }'))).toEqual([]);
    expect(found('autoscaler-request', documents(deployment(''), scaler('maxReplicas: 4, metrics: [{ type: Pods, pods: { metric: { name: queue }, target: { type: AverageValue, averageValue: 5 } } }]')))).toEqual([]);
  });

  it('is alone, and has a choice', () => {
    expect(found('competing-autoscalers', documents(onCpu, scaler('maxReplicas: 2', 'other')))).toHaveLength(1);
    expect(found('autoscaler-range', scaler('maxReplicas: 1'))).toHaveLength(1);
  });
});
