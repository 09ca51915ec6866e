import type { LabelSelector } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';
import { describeSelector, selectedPods } from '../../selected-pods';

const KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

const deployment = (name: string, labels: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec:
      containers: [{ name: ${name}, image: shop:1.4.2 }]
---`;

/** The selector of one workload matches the pods of another one. */
export const overlappingSelectors: Rule = {
  id: 'overlapping-selectors',
  severity: 'warning',
  summary: 'The selector of a workload matches the pods of another one',
  why: 'Kubernetes asks for selectors that do not overlap and does not check it. Autoscalers and `kubectl logs deployment/…` take the pods of both, budgets count them together, and orphaned pods are adopted by the wrong one. The selector of a Deployment cannot be changed later.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
  examples: { fails: `${deployment('web', 'app: shop')}${deployment('worker', 'app: shop')}`, passes: `${deployment('web', 'app: shop, process: web')}${deployment('worker', 'app: shop, process: worker')}` },

  *check(objects) {
    for (const { object, owner } of objects.podTemplates) {
      const { selector } = (object as unknown as { readonly spec?: { readonly selector?: DeepReadonly<LabelSelector> } }).spec ?? {};
      if (!KINDS.has(object.kind) || !selector || Object.keys(selector).length === 0) continue;
      const other = selectedPods(objects, object.metadata.namespace, selector).find((pod) => pod.object !== object && KINDS.has(pod.object.kind));
      if (other && other.owner !== owner) yield { object, field: 'spec.selector', message: `${describeSelector(selector)} also matches the pods of ${other.owner}`, fix: 'add a label that says which process it is to the selector and to the template of each' };
    }
  },
};
