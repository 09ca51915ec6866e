import { allowedVerbs, isWildcard } from '../../role-rules';
import type { Rule } from '../../rule';

const WORKLOADS = [['', ['pods', 'replicationcontrollers']], ['apps', ['deployments', 'statefulsets', 'daemonsets', 'replicasets']], ['batch', ['jobs', 'cronjobs']]] as const;

/** In one namespace it is what every controller and CI system does; in all of them it is the cluster. */
export const clusterWidePods: Rule = {
  id: 'cluster-wide-pods',
  severity: 'warning',
  summary: 'The role may start pods in every namespace',
  why: 'Who starts a pod chooses its service account, its Secrets and its node. In every namespace, kube-system included, that is as much as being the administrator of the cluster.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: deployer }
rules: [{ apiGroups: [apps], resources: [deployments], verbs: [get, create, patch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: deployer }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deployer }
subjects: [{ kind: ServiceAccount, name: ci, namespace: ci }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: deployer }
rules: [{ apiGroups: [apps], resources: [deployments], verbs: [get, create, patch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: deployer, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deployer }
subjects: [{ kind: ServiceAccount, name: ci, namespace: ci }]
`,
  },

  *check(objects) {
    for (const binding of objects.ofKind('ClusterRoleBinding')) {
      const rules = objects.tryFind('ClusterRole', undefined, binding.roleRef.name)?.rules ?? [];
      const creates = WORKLOADS.flatMap(([group, resources]) => resources.filter((resource) => rules.some((rule) => !isWildcard(rule) && allowedVerbs(rule, group, [resource], ['create', 'update', 'patch']).length > 0)));
      if (creates.length === 0) continue;
      yield { object: binding, field: 'roleRef', message: `ClusterRole ${binding.roleRef.name} allows to write ${creates.join(', ')}, here in all namespaces`, fix: 'bind it with a RoleBinding in each namespace that it is for' };
    }
  },
};
