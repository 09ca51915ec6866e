import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

/** The same variable twice: the later one wins, and a later apply may lose either. */
export const duplicateVariable: Rule = {
  id: 'duplicate-variable',
  severity: 'warning',
  summary: 'An environment variable is set twice',
  why: 'The later value wins, which is rarely the one that was read first. kubectl apply and server-side apply merge this list by name, so a later change can remove the wrong entry or leave both.',
  seeAlso: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: LOG_LEVEL, value: info }, { name: LOG_LEVEL, value: debug }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: LOG_LEVEL, value: debug }]
`,
  },

  *check(objects) {
    for (const { container, path, template } of containersIn(objects)) {
      const first = new Map<string, number>();
      for (const [index, { name }] of (container.env ?? []).entries()) {
        const earlier = first.get(name);
        if (earlier === undefined) first.set(name, index);
        else yield { object: template.object, field: `${path}.env[${index}]`, message: `${name} is set in env[${earlier}] already, and this value wins`, fix: `remove one of the two` };
      }
    }
  },
};
