import type { DeepReadonly } from '../../base/deep-readonly';
import { forbidden } from '../../api/status-error';
import type { ClusterRole, PolicyRule, RoleBinding } from '../../api/types';
import type { Authorizer } from '../auth/authorizer';
import { type RbacAuthorizer, uncoveredRules } from '../auth/rbac';
import { deepEqual } from '../any-object';
import type { AdmissionRequest, AdmissionStep } from './admission-step';

export type RoleAuthorizer = Authorizer & Pick<RbacAuthorizer, 'rulesOf' | 'tryRules'>;

const GROUP = 'rbac.authorization.k8s.io';

/** Nobody hands on rights they do not have, unless they may `escalate` roles or `bind` the one they bind. */
export function rbacEscalation(authorizer: RoleAuthorizer): AdmissionStep {
  return {
    name: 'RBACEscalation',

    validate(request) {
      const { operation, resource, subresource, user } = request;
      if (resource.group !== GROUP || subresource || (operation !== 'CREATE' && operation !== 'UPDATE') || user.groups.includes('system:masters')) return;
      if (resource.resource === 'roles' || resource.resource === 'clusterroles') checkRole(authorizer, request);
      else if (resource.resource.endsWith('rolebindings')) checkBinding(authorizer, request);
    },
  };
}

function checkRole(authorizer: RoleAuthorizer, request: AdmissionRequest): void {
  const role = request.object as ClusterRole;
  const old = request.oldObject as DeepReadonly<ClusterRole> | undefined;
  if (old && deepEqual(old.rules, role.rules) && deepEqual(old.aggregationRule, role.aggregationRule)) return;
  if (may(authorizer, request, 'escalate', request.resource.resource, request.name)) return;
  refuse(authorizer, request, role.rules ?? []);
  const selects = role.aggregationRule && !deepEqual(old?.aggregationRule, role.aggregationRule);
  if (selects) refuse(authorizer, request, [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }], 'must have cluster-admin privileges to use an aggregationRule: ');
}

function checkBinding(authorizer: RoleAuthorizer, request: AdmissionRequest): void {
  const { roleRef, subjects } = request.object as RoleBinding;
  const old = request.oldObject as DeepReadonly<RoleBinding> | undefined;
  if (old && deepEqual(old.roleRef, roleRef) && deepEqual(old.subjects, subjects)) return;
  if (may(authorizer, request, 'bind', roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles', roleRef.name)) return;
  const rules = authorizer.tryRules(roleRef, request.namespace);
  if (rules === undefined) {
    const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    throw forbidden(request.resource, request.name, `${resource}.${GROUP} ${JSON.stringify(roleRef.name)} not found`);
  }
  refuse(authorizer, request, rules);
}

function may(authorizer: Authorizer, { user, namespace }: AdmissionRequest, verb: string, resource: string, name: string): boolean {
  return authorizer.authorize({ user, verb, resource: { group: GROUP, version: '*', resource, subresource: '', namespace, name } }).allowed;
}

function refuse(authorizer: RoleAuthorizer, { resource, name, namespace, user }: AdmissionRequest, rules: readonly DeepReadonly<PolicyRule>[], prefix = ''): void {
  const uncovered = uncoveredRules(authorizer.rulesOf(user, namespace), rules);
  if (uncovered.length === 0) return;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const who = `user ${JSON.stringify(user.username)} (groups=[${groups}])`;
  throw forbidden(resource, name, `${prefix}${who} is attempting to grant RBAC permissions not currently held:\n${compact(uncovered).join('\n')}`);
}

/** As Go prints a rule; the verbs of one resource stand together. */
function compact(rules: readonly DeepReadonly<PolicyRule>[]): readonly string[] {
  const merged = new Map<string, string[]>();
  for (const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } of rules) {
    const all = { APIGroups: apiGroups, Resources: resources, ResourceNames: resourceNames, NonResourceURLs: nonResourceURLs };
    const fields = Object.entries(all).filter(([, values]) => values !== undefined);
    const key = fields.map(([field, values]) => `${field}:${goList(values ?? [])}`).join(', ');
    merged.set(key, [...(merged.get(key) ?? []), ...verbs]);
  }
  return [...merged].map(([key, verbs]) => `{${key}, Verbs:${goList(verbs)}}`).sort();
}

const goList = (values: readonly string[]) => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
