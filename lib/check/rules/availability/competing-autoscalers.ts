import type { KubeObject } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';

const scaler = (name: string, target: string) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  maxReplicas: 4
---`;

/** Two autoscalers of one workload: each undoes what the other one did. */
export const competingAutoscalers: Rule = {
  id: 'competing-autoscalers',
  severity: 'warning',
  summary: 'Two autoscalers scale the same workload',
  why: 'Each sets the number of copies without knowing of the other one; Kubernetes reports AmbiguousSelector and stops scaling, or copies come and go all the time. One autoscaler can have several metrics.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
  examples: { fails: `${scaler('cpu', 'web')}${scaler('queue', 'web')}`, passes: `${scaler('web', 'web')}${scaler('worker', 'worker')}` },

  *check(objects) {
    const first = new Map<string, DeepReadonly<KubeObject>>();
    for (const object of objects.all) {
      if (object.kind !== 'HorizontalPodAutoscaler' && object.kind !== 'ScaledObject') continue;
      const { scaleTargetRef: target } = (object as unknown as { readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } }).spec ?? {};
      if (!target?.name) continue;
      const key = [object.metadata.namespace ?? '', target.kind ?? 'Deployment', target.name].join('/');
      const other = first.get(key);
      if (!other) first.set(key, object);
      else if (other.metadata.name !== object.metadata.name || other.kind !== object.kind) {
        yield { object, field: 'spec.scaleTargetRef', message: `${other.kind} ${other.metadata.name} scales ${target.kind ?? 'Deployment'} ${target.name} already`, fix: 'put the metrics of both into one' };
      }
    }
  },
};
