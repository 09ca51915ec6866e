import type { PodDisruptionBudget } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { countedBudgets } from '../../budgets';
import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';

const budget = (name: string, label: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { maxUnavailable: 1, selector: { matchLabels: { ${label} } } }
---`;
const WEB = `
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web, tier: front } }
spec: { containers: [{ name: web, image: shop:1.4.2 }] }
`;

/** Two budgets for one pod: Kubernetes evicts none then. */
export const overlappingBudgets: Rule = {
  id: 'overlapping-budgets',
  severity: 'error',
  summary: 'Two PodDisruptionBudgets select the same pods',
  why: 'Kubernetes refuses to evict a pod that has more than one budget, with an internal error and whatever the budgets say: nodes with such pods cannot be drained.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  examples: { fails: `${budget('web', 'app: web')}${budget('front', 'tier: front')}${WEB}`, passes: `${budget('web', 'app: web')}${WEB}` },

  *check(objects) {
    const first = new Map<PodTemplate, DeepReadonly<PodDisruptionBudget>>();
    for (const { budget: object, pods } of countedBudgets(objects)) {
      const taken = pods.find((pod) => first.has(pod));
      const other = taken && first.get(taken);
      if (taken && other) yield { object, field: 'spec.selector', message: `it selects ${taken.owner}, as does PodDisruptionBudget ${other.metadata.name}`, fix: 'keep one of the two for these pods' };
      for (const pod of pods) if (!first.has(pod)) first.set(pod, object);
    }
  },
};
