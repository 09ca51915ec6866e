import { allowedVerbs, isWildcard, roleRulesIn } from '../../role-rules';
import type { Rule } from '../../rule';

export const podExec: Rule = {
  id: 'pod-exec',
  severity: 'warning',
  summary: 'The role may run commands in every pod',
  why: 'Who runs a command in a pod has what the pod has: its Secrets, its service account, its connections. With this role that is every pod of the namespace, or of the cluster.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: support }
rules: [{ apiGroups: [''], resources: [pods, pods/log, pods/exec], verbs: [get, list, create] }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: support }
rules: [{ apiGroups: [''], resources: [pods, pods/log], verbs: [get, list] }]
`,
  },

  *check(objects) {
    for (const { role, rule, field } of roleRulesIn(objects)) {
      const found = ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'].filter((resource) => allowedVerbs(rule, '', [resource, resource.replace('pods', '*')], ['create', 'get', 'update', 'patch']).length > 0);
      if (isWildcard(rule) || found.length === 0 || rule.resourceNames?.length) continue;
      yield { object: role, field: `${field}.resources`, message: `it allows ${found.join(', ')}`, fix: 'give it to people for as long as they need it, not to a program; read logs with pods/log' };
    }
  },
};
