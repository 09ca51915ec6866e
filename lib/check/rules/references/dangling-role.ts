import { dangling, type Reference } from '../../dangling';
import type { CheckedObjects } from '../../checked-objects';
import type { Rule } from '../../rule';

const binding = (role: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: read-pods }
rules: [{ apiGroups: [''], resources: [pods], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: report-reads-pods }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role} }
subjects: [{ kind: ServiceAccount, name: default, namespace: shop }]
`;

/** A binding that gives a role which nobody makes, or gives it to a ServiceAccount which nobody makes: no permission at all. */
export const danglingRole: Rule = {
  id: 'dangling-role',
  severity: 'warning',
  summary: 'A binding names a role or ServiceAccount that is not there',
  why: 'The API server accepts it and grants nothing: requests are answered with 403. And whoever can make an object of that name later gets permissions that nobody meant to give.',
  seeAlso: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding',
  examples: { fails: binding('reads-pods'), passes: binding('read-pods') },

  *check(objects) {
    // Cluster roles are shared by many: others among the manifests say nothing about one that is not.
    for (const reference of references(objects)) yield* dangling(objects, [reference], reference.kind === 'ClusterRole' ? [] : [reference.kind]);
  },
};

function* references(objects: CheckedObjects): Generator<Reference> {
  for (const object of [...objects.ofKind('RoleBinding'), ...objects.ofKind('ClusterRoleBinding')]) {
    const { metadata: { namespace }, roleRef, subjects } = object;
    if (roleRef) yield { object, field: 'roleRef.name', kind: roleRef.kind, namespace: roleRef.kind === 'Role' ? namespace : undefined, name: roleRef.name };
    for (const [index, subject] of (subjects ?? []).entries()) {
      if (subject.kind === 'ServiceAccount') yield { object, field: `subjects[${index}].name`, kind: 'ServiceAccount', namespace: subject.namespace ?? namespace, name: subject.name };
    }
  }
}
