import { isWildcard, roleRulesIn } from '../../role-rules';
import type { Rule } from '../../rule';

/** All resources of Kubernetes, now and in later versions. A wildcard in the group of one's own resources is no finding. */
export const wildcardPermissions: Rule = {
  id: 'wildcard-permissions',
  severity: 'warning',
  summary: 'The role allows more than anybody listed',
  why: 'A wildcard includes Secrets, the power to make further roles, and whatever later versions of Kubernetes or its extensions add. Whoever takes over one pod with this role has the namespace, or the cluster.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: deployer }
rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: deployer }
rules: [{ apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, patch] }]
`,
  },

  *check(objects) {
    for (const { role, rule, field } of roleRulesIn(objects)) {
      if (!isWildcard(rule)) continue;
      const where = rule.apiGroups?.includes('*') ? 'apiGroups' : 'resources';
      yield { object: role, field: `${field}.${where}`, message: `it allows ${rule.verbs.includes('*') ? 'everything' : rule.verbs.join(', ')} on every resource`, fix: 'list the groups, resources and verbs that are used' };
    }
  },
};
