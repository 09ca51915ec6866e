import { containersOf, podTemplates } from './pod-templates';
import type { Rule } from './rule';

const NAMES = /(^|_)(PASSWORD|PASSWD|SECRET|SECRET_KEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|TOKEN)$/;

/** A password in a manifest is in version control, in the cluster's history and in every `kubectl describe` (factor III). */
export const literalCredentials: Rule = {
  id: 'literal-credentials',
  severity: 'warning',
  summary: 'A credential is written in the manifest',
  seeAlso: 'https://12factor.net/config',

  *check(objects) {
    for (const template of podTemplates(objects)) {
      for (const { container, path } of containersOf(template)) {
        for (const [index, { name, value }] of (container.env ?? []).entries()) {
          if (!value || value.includes('$(') || !NAMES.test(name.toUpperCase())) continue;
          yield { object: template.object, field: `${path}.env[${index}].value`, message: `${name} is a literal`, fix: 'keep it in a Secret and refer to it with valueFrom.secretKeyRef' };
        }
      }
    }
  },
};
