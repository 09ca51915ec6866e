import type { Rule } from '../../rule';
import { describeSelector, lacksPods, meantLabels } from '../../selected-pods';

const web = (label: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: ${label} } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2 }]
`;

/** A budget for pods that do not exist protects nobody. */
export const budgetSelectsNothing: Rule = {
  id: 'budget-selects-nothing',
  severity: 'warning',
  summary: 'A PodDisruptionBudget selects no pods',
  why: 'It protects nothing: a drain takes all copies of what was meant at the same time, and the budget is there for everybody to see.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  examples: { fails: web('wbe'), passes: web('web') },

  *check(objects) {
    for (const object of objects.ofKind('PodDisruptionBudget')) {
      const { metadata: { namespace }, spec } = object;
      if (!spec?.selector || !lacksPods(objects, namespace, spec.selector)) continue;
      yield {
        object, field: 'spec.selector', message: `no pod of these manifests has ${describeSelector(spec.selector)}`,
        fix: meantLabels(objects, namespace, spec.selector) ?? 'use the labels of the pods that are meant',
      };
    }
  },
};
