import type { ClusterRole, PolicyRule, Role } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';

export interface RoleRule {
  readonly role: DeepReadonly<Role | ClusterRole>;
  readonly rule: DeepReadonly<PolicyRule>;
  /** `rules[2]` */
  readonly field: string;
}

/** Every permission of every Role and ClusterRole. */
export function* roleRulesIn(objects: CheckedObjects): Generator<RoleRule> {
  for (const role of [...objects.ofKind('Role'), ...objects.ofKind('ClusterRole')]) {
    for (const [index, rule] of (role.rules ?? []).entries()) yield { role, rule, field: `rules[${index}]` };
  }
}

/** Which of these verbs a permission allows on one of these resources (`pods/exec`) of a group. Wildcards count. */
export function allowedVerbs({ apiGroups = [], resources = [], verbs }: DeepReadonly<PolicyRule>, group: string, wanted: readonly string[], of: readonly string[]): readonly string[] {
  if (!apiGroups.includes(group) && !apiGroups.includes('*')) return [];
  if (!resources.some((resource) => resource === '*' || wanted.includes(resource))) return [];
  return verbs.includes('*') ? of : of.filter((verb) => verbs.includes(verb));
}

/** Allows everything, or nearly: `wildcard-permissions` says so, and other rules need not say it again. */
export const isWildcard = ({ apiGroups = [], resources = [] }: DeepReadonly<PolicyRule>) => apiGroups.includes('*') || (resources.includes('*') && apiGroups.some(isBuiltIn));

/** Of Kubernetes itself: the core group, `apps`, `rbac.authorization.k8s.io`; not that of somebody's own resources. */
const isBuiltIn = (group: string) => !group.includes('.') || group.endsWith('.k8s.io');
