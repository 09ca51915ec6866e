import type { autoscaling } from '../types';
import { setDefault } from './set-default';

interface AutoscalerV1 {
  readonly spec: { minReplicas?: number; targetCPUUtilizationPercentage?: number };
}

export function defaultAutoscalerV1({ spec }: AutoscalerV1): void {
  setDefault(spec, 'minReplicas', 1);
  setDefault(spec, 'targetCPUUtilizationPercentage', 80);
}

export function defaultAutoscaler({ spec }: autoscaling.HorizontalPodAutoscaler): void {
  if (!spec) return;
  setDefault(spec, 'minReplicas', 1);
  if (!spec.metrics?.length) spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  if (!spec.behavior) return;
  spec.behavior = { scaleUp: withRules(spec.behavior.scaleUp, UP), scaleDown: withRules(spec.behavior.scaleDown, DOWN) };
}

const UP: autoscaling.HPAScalingRules = {
  stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }],
};
const DOWN: autoscaling.HPAScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

function withRules(rules: autoscaling.HPAScalingRules | undefined, defaults: autoscaling.HPAScalingRules): autoscaling.HPAScalingRules {
  return structuredClone({ ...defaults, ...rules });
}
