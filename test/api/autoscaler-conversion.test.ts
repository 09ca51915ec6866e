import { describe, expect, it } from 'vitest';
import { autoscalerToV1, autoscalerToV2 } from '../../lib/api/autoscaler-conversion';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const queue = { matchLabels: { queue: 'mail' } };
const metrics = [
  { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } },
  { type: 'Object', object: { describedObject: { apiVersion: 'v1', kind: 'Service', name: 'web' }, metric: { name: 'hits' }, target: { type: 'Value', value: '1k' } } },
  { type: 'External', external: { metric: { name: 'length', selector: queue }, target: { type: 'AverageValue', averageValue: '5' } } },
  { type: 'ContainerResource', containerResource: { name: 'memory', container: 'app', target: { type: 'AverageValue', averageValue: '64Mi' } } },
  { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } } },
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
];
const version2 = {
  metadata: { name: 'web', annotations: { team: 'a' } },
  spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 5, metrics, behavior: { scaleDown: { stabilizationWindowSeconds: 60, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] } } },
  status: {
    currentReplicas: 2, desiredReplicas: 3,
    currentMetrics: [{ type: '' }, { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30, averageValue: '15m' } } }],
    conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'm', lastTransitionTime: '2024-01-01T00:00:00Z' }],
  },
};

describe('an autoscaler between versions', () => {
  it('loses nothing on the way to v1 and back', () => {
    expect(autoscalerToV2(autoscalerToV1(version2))).toEqual(version2);
  });

  it('shows the processor in fields of v1, and the rest in annotations with upstream\'s words', () => {
    const { metadata, spec, status } = autoscalerToV1(version2) as { readonly metadata: { readonly annotations: Record<string, string> }; readonly spec: object; readonly status: object };
    expect(spec).toEqual({ scaleTargetRef: target, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
    expect(status).toEqual({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 30 });
    expect(metadata.annotations.team).toBe('a');
    expect(JSON.parse(metadata.annotations['autoscaling.alpha.kubernetes.io/metrics'])).toContainEqual({ type: 'External', external: { metricName: 'length', metricSelector: queue, targetAverageValue: '5' } });
    expect(metadata.annotations['autoscaling.alpha.kubernetes.io/behavior']).toBe('{"ScaleDown":{"StabilizationWindowSeconds":60,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"PeriodSeconds":15}]}}');
    expect(metadata.annotations['autoscaling.alpha.kubernetes.io/current-metrics']).toContain('{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":30,"currentAverageValue":"15m"}}');
  });

  it('takes what v1 says about the processor', () => {
    const converted = autoscalerToV2({ metadata: { name: 'web' }, spec: { maxReplicas: 5, targetCPUUtilizationPercentage: 50 }, status: { currentReplicas: 1, currentCPUUtilizationPercentage: 20 } });
    expect(converted).toEqual({
      metadata: { name: 'web' }, spec: { maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] },
      status: { currentReplicas: 1, desiredReplicas: 0, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20 } } }] },
    });
  });
});
