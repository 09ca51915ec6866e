import { allowedVerbs, isWildcard, roleRulesIn } from '../../role-rules';
import type { Rule } from '../../rule';

const RBAC = 'rbac.authorization.k8s.io';
const ROLES = ['roles', 'clusterroles'];

/** Each a way to get permissions that nobody gave: [group, resources, verbs, what it is good for]. */
const WAYS: readonly (readonly [group: string, resources: readonly string[], verbs: readonly string[], power: string])[] = [
  [RBAC, ROLES, ['escalate'], 'write roles with more than it has itself'],
  [RBAC, ROLES, ['bind'], 'give itself any role'],
  ['', ['users', 'groups', 'serviceaccounts'], ['impersonate'], 'act as anybody'],
  ['', ['serviceaccounts/token'], ['create'], 'get the token of any service account'],
  ['certificates.k8s.io', ['signers'], ['approve', 'sign'], 'approve a client certificate for anybody'],
];

export const roleEscalation: Rule = {
  id: 'role-escalation',
  severity: 'warning',
  summary: 'The role may give itself every other permission',
  why: 'Kubernetes refuses that somebody gives more than they have, except with these verbs. Whoever has one of them without a list of names is an administrator, though the role does not look like it.',
  seeAlso: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
  examples: {
    fails: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: operator }
rules: [{ apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [get, bind] }]
`,
    passes: `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: operator }
rules: [{ apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [shop-reader], verbs: [get, bind] }]
`,
  },

  *check(objects) {
    for (const { role, rule, field } of roleRulesIn(objects)) {
      if (isWildcard(rule) || rule.resourceNames?.length) continue;
      for (const [group, resources, verbs, power] of WAYS) {
        const allowed = allowedVerbs(rule, group, resources, verbs);
        if (allowed.length > 0) yield { object: role, field: `${field}.verbs`, message: `with ${allowed.join(', ')} it may ${power}`, fix: 'remove the verb, or name what it is for in resourceNames' };
      }
    }
  },
};
