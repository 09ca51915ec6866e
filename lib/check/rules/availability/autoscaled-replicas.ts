import type { Rule } from '../../rule';
import { tryReplicasOf } from '../../replicas';

const web = (replicas: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2, resources: { requests: { cpu: 100m } } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 10
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`;

/** The number of copies is written down and is an autoscaler's, too: each apply takes it back. */
export const autoscaledReplicas: Rule = {
  id: 'autoscaled-replicas',
  severity: 'warning',
  summary: 'The number of copies is written down, and an autoscaler changes it',
  why: 'Every apply sets the number back to what is written: in the middle of the day most copies are ended, and the autoscaler needs minutes to bring them back.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment',
  examples: { fails: web('\n  replicas: 2'), passes: web('') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const { object } = template;
      const replicas = (object as unknown as { readonly spec?: { readonly replicas?: number } }).spec?.replicas;
      const autoscaler = tryReplicasOf(objects, template)?.autoscaler;
      if (!autoscaler || replicas === undefined || replicas === 0) continue; // 0 switches the autoscaler off
      yield {
        object, field: 'spec.replicas', message: `HorizontalPodAutoscaler ${autoscaler.metadata.name} sets the number, and so does replicas: ${replicas}`,
        fix: 'remove replicas; minReplicas of the autoscaler is what counts (of an object that runs already, take it out of kubectl\'s last-applied annotation first: kubectl apply edit-last-applied)',
      };
    }
  },
};
