import type { Rule } from '../../rule';

const NAMES = /(^|_)(PASSWORD|PASSWD|SECRET|SECRET_KEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|TOKEN)$/;

/** A password in a manifest is in version control, in the cluster's history and in every `kubectl describe` (factor III). */
export const literalCredentials: Rule = {
  id: 'literal-credentials',
  severity: 'warning',
  summary: 'A credential is written in the manifest',
  why: 'A password in a manifest is in version control, in the history of the cluster and in every `kubectl describe`. Whoever may read the one may use the other, and it cannot be changed without a new release.',
  seeAlso: 'https://12factor.net/config',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: DB_PASSWORD, value: hunter2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      for (const { container, path } of template.containers) {
        for (const [index, { name, value }] of (container.env ?? []).entries()) {
          if (!value || value.includes('$(') || !NAMES.test(name.toUpperCase())) continue;
          yield { object: template.object, field: `${path}.env[${index}].value`, message: `${name} is a literal`, fix: 'keep it in a Secret and refer to it with valueFrom.secretKeyRef' };
        }
      }
    }
  },
};
