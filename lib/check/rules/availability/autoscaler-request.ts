import type { CheckedObjects } from '../../checked-objects';
import { isLongRunning } from '../../containers-in';
import type { PodTemplate } from '../../pod-templates';
import { tryReplicasOf } from '../../replicas';
import type { Rule } from '../../rule';

const web = (resources: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2, resources: { ${resources} } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  maxReplicas: 10
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`;

/** An autoscaler that is to keep a percentage of a request which nobody makes. */
export const autoscalerRequest: Rule = {
  id: 'autoscaler-request',
  severity: 'warning',
  summary: 'An autoscaler measures a percentage of a request that is not there',
  why: 'Utilization is what the containers use in percent of what they request. If only one of them requests nothing, the autoscaler reports FailedGetResourceMetric and never scales.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-resource-metrics',
  examples: { fails: web(''), passes: web('requests: { cpu: 100m }') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const autoscaler = tryReplicasOf(objects, template)?.autoscaler;
      if (!autoscaler || hasDefaults(objects, template)) continue;
      for (const { resource, containerName } of measured(autoscaler.spec)) {
        const lacking = template.containers.find((checked) => isLongRunning(checked) && (containerName === undefined || checked.container.name === containerName)
          && !checked.container.resources?.requests?.[resource] && !checked.container.resources?.limits?.[resource]);
        if (lacking) {
          yield {
            object: template.object, field: `${lacking.path}.resources`,
            message: `HorizontalPodAutoscaler ${autoscaler.metadata.name} measures ${resource} in percent of the request, and container ${lacking.container.name} has none`,
            fix: `give it resources.requests.${resource}, or measure an AverageValue`,
          };
        }
      }
    }
  },
};

type Spec = NonNullable<NonNullable<ReturnType<typeof tryReplicasOf>>['autoscaler']>['spec'];

/** Resources whose utilization is looked at. autoscaling/v1 has one field for it, and v2 without metrics takes 80 % of the CPU. */
function measured(spec: Spec): readonly { readonly resource: string; readonly containerName?: string }[] {
  if (!spec.metrics) return [{ resource: 'cpu' }];
  return spec.metrics.flatMap(({ resource, containerResource }) => [
    ...resource?.target?.type === 'Utilization' ? [{ resource: resource.name }] : [],
    ...containerResource?.target?.type === 'Utilization' ? [{ resource: containerResource.name, containerName: containerResource.container }] : [],
  ]);
}

/** A LimitRange gives requests to those that make none. */
const hasDefaults = (objects: CheckedObjects, { object }: PodTemplate) => objects.inNamespace('LimitRange', object.metadata.namespace).length > 0;
