import type { HorizontalPodAutoscaler } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const WORKLOADS = ['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'ReplicationController'];
/** Where an autoscaler of each kind says what it scales. */
const FIELDS: Readonly<Record<string, 'scaleTargetRef' | 'targetRef'>> = { HorizontalPodAutoscaler: 'scaleTargetRef', ScaledObject: 'scaleTargetRef', VerticalPodAutoscaler: 'targetRef' };

const autoscaled = (name: string) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  minReplicas: 2
  maxReplicas: 10
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2, resources: { requests: { cpu: 100m } } }]
`;

/** An autoscaler of a workload that is not there never scales anything. */
export const scaleTarget: Rule = {
  id: 'scale-target',
  severity: 'warning',
  summary: 'An autoscaler scales something that is not there',
  why: 'It reports FailedGetScale in its conditions and does nothing: the number of copies stays what it is, also under load.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  examples: { fails: autoscaled('shop'), passes: autoscaled('web') },

  *check(objects) {
    for (const object of objects.all) {
      const property = Object.hasOwn(FIELDS, object.kind) ? FIELDS[object.kind] : undefined;
      const target = property && (object as unknown as { readonly spec?: Readonly<Record<string, DeepReadonly<HorizontalPodAutoscaler>['spec']['scaleTargetRef']>> }).spec?.[property];
      if (!target) continue;
      const kind = target.kind ?? 'Deployment'; // KEDA's default
      const { namespace } = object.metadata;
      yield* dangling(objects, [{ object, field: `spec.${property}.name`, kind, namespace, name: target.name }], WORKLOADS.includes(kind) ? WORKLOADS : [kind]);
    }
  },
};
