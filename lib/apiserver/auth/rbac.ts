import type { DeepReadonly } from '../../base/deep-readonly';
import type { UserInfo } from '../../api/request';
import type { PolicyRule, rbac } from '../../api/types';
import type { ObjectReader } from '../object-reader';
import type { AuthorizationRequest, Authorizer, Decision } from './authorizer';

type Rule = DeepReadonly<PolicyRule>;
type Subject = DeepReadonly<rbac.Subject>;

/** Roles and their bindings, as stored. Follows plugin/pkg/auth/authorizer/rbac of Kubernetes 1.28. */
export class RbacAuthorizer implements Authorizer {
  constructor(private readonly reader: ObjectReader) {}

  authorize(request: AuthorizationRequest): Decision {
    if (request.user.groups.includes('system:masters')) return { allowed: true, reason: '' };
    const namespace = request.resource?.namespace ?? '';
    for (const { rules, why } of this.bindingsOf(request.user, namespace)) {
      if (rules.some((rule) => ruleAllows(rule, request))) return { allowed: true, reason: why };
    }
    return { allowed: false, reason: '' };
  }

  /** Every rule the user has in the namespace (cluster-wide ones included). */
  rulesOf(user: UserInfo, namespace: string): readonly Rule[] {
    return [...this.bindingsOf(user, namespace)].flatMap(({ rules }) => rules);
  }

  /** The rules of a role reference; undefined when the role does not exist. */
  tryRules({ kind, name }: { readonly kind: string; readonly name: string }, namespace: string): readonly Rule[] | undefined {
    const role = kind === 'ClusterRole' ? this.reader.tryGet('ClusterRole', { name }) : this.reader.tryGet('Role', { namespace, name });
    return role && (role.rules ?? []);
  }

  private *bindingsOf(user: UserInfo, namespace: string): Iterable<{ readonly rules: readonly Rule[]; readonly why: string }> {
    for (const binding of this.reader.list('ClusterRoleBinding')) {
      const subject = binding.subjects?.find((candidate) => subjectMatches(candidate, user, ''));
      if (subject) yield { rules: this.tryRules(binding.roleRef, '') ?? [], why: `RBAC: allowed by ClusterRoleBinding "${binding.metadata.name}" of ${describe(binding.roleRef)} to ${describeSubject(subject, '')}` };
    }
    if (!namespace) return;
    for (const binding of this.reader.list('RoleBinding', namespace)) {
      const subject = binding.subjects?.find((candidate) => subjectMatches(candidate, user, namespace));
      if (subject) yield { rules: this.tryRules(binding.roleRef, namespace) ?? [], why: `RBAC: allowed by RoleBinding "${binding.metadata.name}/${namespace}" of ${describe(binding.roleRef)} to ${describeSubject(subject, namespace)}` };
    }
  }
}

const describe = ({ kind, name }: DeepReadonly<rbac.RoleRef>) => `${kind} "${name}"`;
const describeSubject = ({ kind, name, namespace }: Subject, own: string) => (kind === 'ServiceAccount' ? `ServiceAccount "${name}/${namespace || own}"` : `${kind} "${name}"`);

function subjectMatches({ kind, name, namespace }: Subject, user: UserInfo, bindingNamespace: string): boolean {
  if (kind === 'User') return user.username === name;
  if (kind === 'Group') return user.groups.includes(name);
  return kind === 'ServiceAccount' && user.username === `system:serviceaccount:${namespace || bindingNamespace}:${name}`;
}

/** Whether one rule covers what is asked. */
export function ruleAllows(rule: Rule, { verb, resource, path }: AuthorizationRequest): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (!resource) return (rule.nonResourceURLs ?? []).some((pattern) => pattern === '*' || pattern === path || (pattern.endsWith('*') && (path ?? '').startsWith(pattern.slice(0, -1))));
  const combined = resource.subresource ? `${resource.resource}/${resource.subresource}` : resource.resource;
  return has(rule.apiGroups ?? [], resource.group)
    && (rule.resources ?? []).some((wanted) => wanted === '*' || wanted === combined || (resource.subresource !== '' && wanted === `*/${resource.subresource}`))
    && (!rule.resourceNames?.length || rule.resourceNames.includes(resource.name));
}

const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

/** The rules of `wanted` that `owned` does not cover: what a user may not hand on. Follows pkg/registry/rbac/validation/policy_compact. */
export function uncoveredRules(owned: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] {
  return wanted.flatMap(singleRules).filter((single) => !owned.some((rule) => covers(rule, single)));
}

/** One rule per verb, group, resource and name. */
function singleRules(rule: Rule): Rule[] {
  const urls = (rule.nonResourceURLs ?? []).flatMap((url) => rule.verbs.map((verb): Rule => ({ verbs: [verb], nonResourceURLs: [url] })));
  const names = rule.resourceNames?.length ? rule.resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  const resources = (rule.apiGroups ?? []).flatMap((group) => (rule.resources ?? []).flatMap((resource) => rule.verbs.flatMap((verb) =>
    names.map((name): Rule => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...name })))));
  return [...urls, ...resources];
}

function covers(owner: Rule, single: Rule): boolean {
  if (!has(owner.verbs, single.verbs[0])) return false;
  const [url] = single.nonResourceURLs ?? [];
  if (url !== undefined) return (owner.nonResourceURLs ?? []).some((pattern) => pattern === url || pattern === '*' || (pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1))));
  const [resource] = single.resources ?? [''];
  const subresource = resource.includes('/') ? `*/${resource.split('/')[1]}` : undefined;
  return has(owner.apiGroups ?? [], (single.apiGroups ?? [''])[0])
    && (owner.resources ?? []).some((owned) => owned === '*' || owned === resource || owned === subresource)
    && (!owner.resourceNames?.length || (single.resourceNames !== undefined && owner.resourceNames.includes(single.resourceNames[0])));
}
