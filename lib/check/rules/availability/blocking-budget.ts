import type { PodDisruptionBudget } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { countedBudgets, tryDisruptionsAllowed } from '../../budgets';
import type { Rule } from '../../rule';

const web = (budget: string) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { ${budget}, selector: { matchLabels: { app: web } } }
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

/** A budget that no drain can keep to. */
export const blockingBudget: Rule = {
  id: 'blocking-budget',
  severity: 'warning',
  summary: 'A PodDisruptionBudget blocks every drain',
  why: 'It lets no pod be evicted, even when all are well: draining a node for an upgrade waits without end, and the autoscaler of the cluster keeps nodes that are almost empty. Sooner or later somebody deletes the pods by force, which is what the budget was to prevent.',
  seeAlso: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  examples: { fails: web('minAvailable: 2'), passes: web('maxUnavailable: 1') },

  *check(objects) {
    for (const { budget: object, pods, copies } of countedBudgets(objects)) {
      const field = object.spec?.maxUnavailable !== undefined ? 'maxUnavailable' : 'minAvailable';
      const value = object.spec?.[field] as string | number | undefined;
      if (value === undefined) {
        if (pods.length > 0) yield { object, field: 'spec', message: `it says neither minAvailable nor maxUnavailable, which lets no pod of ${pods.map(({ owner }) => owner).join(' and ')} be evicted`, fix: 'set maxUnavailable: 1' };
        continue;
      }
      const [never, of] = copies === undefined
        ? [isNever(object), 'whatever there is']
        : [copies > 0 && tryDisruptionsAllowed(object, copies) === 0, `the ${copies === 1 ? 'one copy' : `${copies} copies`} of ${pods.map(({ owner }) => owner).join(' and ')}`];
      if (never) {
        yield {
          object, field: `spec.${field}`, message: `with ${field}: ${value}, none of ${of} may be evicted`,
          fix: copies === 1 ? 'run two copies, or remove the budget: one copy is away during a drain in any case' : 'set maxUnavailable: 1 in its place',
        };
      }
    }
  },
};

const isNever = ({ spec }: DeepReadonly<PodDisruptionBudget>) => spec.maxUnavailable === 0 || spec.maxUnavailable === '0%' || spec.minAvailable === '100%';
