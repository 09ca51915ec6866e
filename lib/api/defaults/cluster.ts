import type { Namespace, Node, RoleBinding, core } from '../types';
import { roundResources } from './quantities';
import { setIfEmpty } from './set-default';

const RBAC = 'rbac.authorization.k8s.io';

export function defaultNamespace(namespace: Namespace): void {
  if (namespace.metadata.name) namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name };
  setIfEmpty((namespace.status ??= {}), 'phase', 'Active');
}

export function defaultNode({ status }: Node): void {
  if (!status) return;
  roundResources(status.capacity);
  roundResources(status.allocatable);
  if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity };
}

/** Limits of containers follow from each other: default from max, default request from default, then from min. */
export function defaultLimitRange({ spec }: core.LimitRange): void {
  for (const item of spec?.limits ?? []) {
    for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) roundResources(list);
    if (item.type !== 'Container') continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}

export function defaultResourceQuota({ spec }: core.ResourceQuota): void {
  roundResources(spec?.hard);
}

export function defaultRoleBinding(binding: RoleBinding): void {
  setIfEmpty(binding.roleRef, 'apiGroup', RBAC);
  for (const subject of binding.subjects ?? []) if (subject.kind === 'User' || subject.kind === 'Group') setIfEmpty(subject, 'apiGroup', RBAC);
}
