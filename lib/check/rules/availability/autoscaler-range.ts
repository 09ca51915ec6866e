import type { Rule } from '../../rule';

const scaler = (least: number, most: number) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: ${least}
  maxReplicas: ${most}
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`;

/** An autoscaler between a number and the same number. */
export const autoscalerRange: Rule = {
  id: 'autoscaler-range',
  severity: 'warning',
  summary: 'An autoscaler has nothing to choose from',
  why: 'The smallest and the largest number of copies are the same, so it never scales; it looks as if the workload were prepared for load.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  examples: { fails: scaler(3, 3), passes: scaler(2, 6) },

  *check(objects) {
    for (const object of objects.ofKind('HorizontalPodAutoscaler')) {
      const { minReplicas = 1, maxReplicas } = object.spec ?? {};
      if (minReplicas === maxReplicas) yield { object, field: 'spec.maxReplicas', message: `there are always ${maxReplicas} copies`, fix: 'raise maxReplicas, or remove the autoscaler and write replicas' };
    }
  },
};
