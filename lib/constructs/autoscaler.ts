import type { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import type { Scale, ScaleMetric } from './scale';

/** The HorizontalPodAutoscaler of a process, or undefined where its number of copies is fixed. How fast it scales is Kubernetes' default: up at once, down after five calm minutes. */
export function tryAutoscale(construct: Construct, scale: Scale, kind: 'Deployment' | 'StatefulSet'): k8s.KubeHorizontalPodAutoscalerV2 | undefined {
  if (scale.metrics.length === 0) return undefined;
  const name = objectName(construct);
  return new k8s.KubeHorizontalPodAutoscalerV2(construct, 'autoscaler', {
    metadata: { name, labels: selectorLabels(construct) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind, name },
      minReplicas: scale.minimum,
      maxReplicas: scale.maximum,
      metrics: scale.metrics.map(toMetric),
    },
  });
}

function toMetric(metric: ScaleMetric): k8s.MetricSpecV2 {
  switch (metric.type) {
    case 'resource': return { type: 'Resource', resource: { name: metric.resource, target: { type: 'Utilization', averageUtilization: metric.percent } } };
    case 'pods': return { type: 'Pods', pods: { metric: { name: metric.name }, target: average(metric.average) } };
    case 'external': return {
      type: 'External',
      external: { metric: { name: metric.name, ...(metric.selector && { selector: { matchLabels: { ...metric.selector } } }) }, target: average(metric.average) },
    };
  }
}

const average = (value: string): k8s.MetricTargetV2 => ({ type: 'AverageValue', averageValue: k8s.Quantity.fromString(value) });
