import { matchesLabelSelector } from '../../../api/selectors';
import type { PodDisruptionBudget } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import type { PodTemplate } from '../../pod-templates';
import { tryReplicasOf } from '../../replicas';
import type { Rule } from '../../rule';
import { SelectorIndex } from '../../selector-index';
import { servicesOf } from '../../services-of';

/** Several copies of what a Service sends to, which one drain may take all at once. */
export const disruptionBudget: Rule = {
  id: 'disruption-budget',
  severity: 'warning',
  summary: 'A drain may take all copies at the same time',
  why: 'Several copies are there so that one can be missing. Without a PodDisruptionBudget, draining nodes for an upgrade evicts all of them at once, without waiting for new ones, and the Service has nobody to send to.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  examples: {
    fails: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    const hasBudget = budgets(objects);
    for (const template of objects.podTemplates) {
      const { atLeast } = tryReplicasOf(objects, template) ?? { atLeast: 0 };
      if (atLeast < 2) continue;
      const [service] = servicesOf(objects, template);
      if (!service || hasBudget(template)) continue;
      yield {
        object: template.object, field: 'spec',
        message: `Service ${service.metadata.name} sends to ${atLeast} copies, and no PodDisruptionBudget keeps one of them`,
        fix: `add a PodDisruptionBudget with maxUnavailable: 1 and the selector ${Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`).join(',')}`,
      };
    }
  },
};

/** Budgets with labels are looked up, the few others asked one by one. */
function budgets(objects: CheckedObjects): (template: PodTemplate) => boolean {
  const all = objects.ofKind('PodDisruptionBudget').filter(({ spec }) => spec?.selector);
  const plain = (budget: DeepReadonly<PodDisruptionBudget>) => Object.keys(budget.spec.selector?.matchLabels ?? {}).length > 0;
  const index = new SelectorIndex(all.filter(plain).map((budget) => [budget, budget.metadata.namespace, budget.spec.selector?.matchLabels ?? {}]));
  const others = all.filter((budget) => !plain(budget));
  return ({ object: { metadata: { namespace } }, labels }) => [...index.selecting(namespace, labels), ...others.filter(({ metadata }) => metadata.namespace === namespace)]
    .some(({ spec }) => matchesLabelSelector(spec.selector, labels));
}
