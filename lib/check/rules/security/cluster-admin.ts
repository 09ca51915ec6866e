import type { Rule } from '../../rule';

export const clusterAdmin: Rule = {
  id: 'cluster-admin',
  severity: 'warning',
  summary: 'Somebody is made administrator of everything',
  why: 'The role cluster-admin allows everything there is. A program that has it is one bug away from handing the cluster over, and nobody can tell from its role what it really does.',
  seeAlso: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ci }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: ci, namespace: ci }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: ci, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }
subjects: [{ kind: ServiceAccount, name: ci, namespace: ci }]
`,
  },

  *check(objects) {
    for (const binding of [...objects.ofKind('ClusterRoleBinding'), ...objects.ofKind('RoleBinding')]) {
      if (binding.roleRef.kind !== 'ClusterRole' || binding.roleRef.name !== 'cluster-admin') continue;
      const subjects = (binding.subjects ?? []).map(({ kind, name }) => `${kind} ${name}`).join(', ') || 'nobody yet';
      yield { object: binding, field: 'roleRef.name', message: `${subjects}: everything in ${binding.kind === 'RoleBinding' ? 'the namespace' : 'the cluster'}`, fix: 'bind a role with what is needed; edit is enough to deploy to a namespace' };
    }
  },
};
