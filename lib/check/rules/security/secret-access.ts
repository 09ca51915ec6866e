import { allowedVerbs, isWildcard, roleRulesIn } from '../../role-rules';
import type { Rule } from '../../rule';

export const secretAccess: Rule = {
  id: 'secret-access',
  severity: 'warning',
  summary: 'The role may read every Secret',
  why: 'Among the Secrets of a namespace are the passwords of every service in it and the tokens of other service accounts, so who may read all of them is everybody. A pod needs no permission for the Secrets that it mounts or takes variables from. `list` and `watch` show the values too.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: [{ apiGroups: [''], resources: [configmaps, secrets], verbs: [get, list] }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules:
  - { apiGroups: [''], resources: [configmaps], verbs: [get, list] }
  - { apiGroups: [''], resources: [secrets], resourceNames: [web-license], verbs: [get] }
`,
  },

  *check(objects) {
    for (const { role, rule, field } of roleRulesIn(objects)) {
      const verbs = allowedVerbs(rule, '', ['secrets'], ['get', 'list', 'watch']);
      if (isWildcard(rule) || verbs.length === 0 || rule.resourceNames?.length) continue;
      yield { object: role, field: `${field}.resources`, message: `it allows ${verbs.join(', ')} on all Secrets of ${role.kind === 'Role' ? 'the namespace' : 'whatever it is bound to, up to the whole cluster'}`, fix: 'name the Secrets in resourceNames with the verb get, or mount them instead' };
    }
  },
};
