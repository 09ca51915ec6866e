import type { Rule } from '../../rule';

const GROUPS: Readonly<Record<string, string>> = {
  'system:unauthenticated': 'everybody who reaches the API server', 'system:anonymous': 'everybody who reaches the API server',
  'system:authenticated': 'everybody with any account', 'system:serviceaccounts': 'every pod of the cluster',
};

/** A role for one program, given to all. */
export const broadSubject: Rule = {
  id: 'broad-subject',
  severity: 'warning',
  summary: 'The permissions are given to more than the one who needs them',
  why: 'Every pod that names no service account runs as `default`, also those that other people add later. What is bound to it, or to a group of all, is theirs as well.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: default, namespace: shop }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`,
  },

  *check(objects) {
    for (const binding of [...objects.ofKind('ClusterRoleBinding'), ...objects.ofKind('RoleBinding')]) {
      for (const [index, { kind, name }] of (binding.subjects ?? []).entries()) {
        const whole = kind === 'Group' && name.startsWith('system:serviceaccounts:') ? `every pod of namespace ${name.slice('system:serviceaccounts:'.length)}` : GROUPS[name];
        const who = kind === 'ServiceAccount' && name === 'default' ? 'every pod without a service account of its own' : kind === 'ServiceAccount' ? undefined : whole;
        if (who) yield { object: binding, field: `subjects[${index}].name`, message: `${name} is ${who}`, fix: 'make a ServiceAccount for the program, name it in serviceAccountName, and bind the role to it' };
      }
    }
  },
};
