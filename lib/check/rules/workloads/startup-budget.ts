import { containersIn } from '../../containers-in';
import { patience } from '../../probes-of';
import type { Rule } from '../../rule';

/** A first start on a busy machine, with a cold cache, often takes this long. */
const ENOUGH_SECONDS = 15;

/** A liveness probe that ends a process which has not come up yet. */
export const startupBudget: Rule = {
  id: 'startup-budget',
  severity: 'warning',
  summary: 'The liveness probe leaves the process no time to start',
  why: 'The probe counts from the start of the container. A start that takes longer than usual (a cold cache, a busy node, a migration) is ended in the middle and begins again, forever, while nothing is wrong with the program.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      livenessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 2 }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      startupProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 1, failureThreshold: 120 }
      livenessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 2 }
`,
  },

  *check(objects) {
    for (const { container: { livenessProbe, startupProbe }, path, template } of containersIn(objects)) {
      if (!livenessProbe || startupProbe) continue;
      const budget = (livenessProbe.initialDelaySeconds ?? 0) + patience(livenessProbe);
      if (budget >= ENOUGH_SECONDS) continue;
      yield {
        object: template.object, field: `${path}.livenessProbe`,
        message: `a process that needs more than ${budget} s to start is ended before it has`,
        fix: 'add a startupProbe with a failureThreshold that covers the slowest start',
      };
    }
  },
};
