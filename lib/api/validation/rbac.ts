import type { DeepReadonly } from '../../base/deep-readonly';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, rbac, Role, RoleBinding } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain, isPathSegment } from './names';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

const GROUP = 'rbac.authorization.k8s.io';

export const role: Validator<Role> = {
  validate({ metadata, rules = [] }, errors) {
    validateObjectMeta(errors, metadata, isPathSegment);
    rules.forEach((rule, index) => validateRule(errors, `rules[${index}]`, rule, true));
  },

  validateUpdate(object, old, errors) {
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
  },
};

export const clusterRole: Validator<ClusterRole> = {
  validate({ metadata, rules = [], aggregationRule }, errors) {
    validateObjectMeta(errors, metadata, isPathSegment);
    rules.forEach((rule, index) => validateRule(errors, `rules[${index}]`, rule, false));
    if (!aggregationRule) return;
    const selectors = aggregationRule.clusterRoleSelectors ?? [];
    if (selectors.length === 0) errors.required('aggregationRule.clusterRoleSelectors', 'at least one clusterRoleSelector required if aggregationRule is non-nil');
    selectors.forEach((selector, index) => {
      const field = `aggregationRule.clusterRoleSelectors[${index}]`;
      validateLabelSelector(errors, field, selector);
      if (!isUsableSelector(selector)) errors.invalid(field, undefined, 'invalid label selector.');
    });
  },

  validateUpdate(object, old, errors) {
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
  },
};

function validateRule(errors: FieldErrors, path: string, rule: DeepReadonly<PolicyRule>, namespaced: boolean): void {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) errors.required(`${path}.verbs`, 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    if (namespaced) errors.invalid(`${path}.nonResourceURLs`, go('[]string', nonResourceURLs), 'namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      errors.invalid(`${path}.nonResourceURLs`, go('[]string', nonResourceURLs), 'rules cannot apply to both regular resources and non-resource URLs');
    }
    return;
  }
  if (apiGroups.length === 0) errors.required(`${path}.apiGroups`, 'resource rules must supply at least one api group');
  if (resources.length === 0) errors.required(`${path}.resources`, 'resource rules must supply at least one resource');
}

type Binding = DeepReadonly<RoleBinding> | DeepReadonly<ClusterRoleBinding>;

const bindingRules = (roleKinds: readonly string[], namespaced: boolean): Validator<RoleBinding> & Validator<ClusterRoleBinding> => ({
  validate(object: Binding, errors: FieldErrors) {
    validateObjectMeta(errors, object.metadata, isPathSegment);
    validateBinding(errors, object, roleKinds, namespaced);
  },

  validateUpdate(object: Binding, old: Binding, errors: FieldErrors) {
    validateObjectMeta(errors, object.metadata, isPathSegment);
    validateBinding(errors, object, roleKinds, namespaced);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (!semanticEqual(object.roleRef, old.roleRef)) errors.invalid('roleRef', go('rbac.RoleRef', object.roleRef), 'cannot change roleRef');
  },
});

export const roleBinding: Validator<RoleBinding> = bindingRules(['Role', 'ClusterRole'], true);
export const clusterRoleBinding: Validator<ClusterRoleBinding> = bindingRules(['ClusterRole'], false);

function validateBinding(errors: FieldErrors, { roleRef, subjects = [] }: Binding, roleKinds: readonly string[], namespaced: boolean): void {
  const { apiGroup = '', kind = '', name = '' }: Partial<rbac.RoleRef> = roleRef ?? {};
  errors.oneOf('roleRef.apiGroup', apiGroup, [GROUP]);
  errors.oneOf('roleRef.kind', kind, roleKinds);
  if (!name) errors.required('roleRef.name');
  else errors.invalidEach('roleRef.name', name, isPathSegment(name));
  subjects.forEach((subject, index) => validateSubject(errors, `subjects[${index}]`, subject, namespaced));
}

function validateSubject(errors: FieldErrors, path: string, subject: DeepReadonly<rbac.Subject>, namespaced: boolean): void {
  const { kind = '', name = '', apiGroup = '', namespace } = subject;
  if (!name) errors.required(`${path}.name`);
  if (kind === 'ServiceAccount') {
    if (name) errors.invalidEach(`${path}.name`, name, isDns1123Subdomain(name));
    if (apiGroup) errors.notSupported(`${path}.apiGroup`, apiGroup, ['']);
    if (!namespaced && !namespace) errors.required(`${path}.namespace`);
  } else if (kind === 'User' || kind === 'Group') {
    errors.oneOf(`${path}.apiGroup`, apiGroup, [GROUP]);
  } else {
    errors.notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']);
  }
}
