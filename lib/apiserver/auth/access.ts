import type { UserInfo } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import type { RequestInfo } from '../request-info';
import type { AuthorizationRequest, Authorizer } from './authorizer';

/** Throws Forbidden, in upstream's words, unless the user may do what the request asks. */
export function checkAccess(authorizer: Authorizer, user: UserInfo, info: RequestInfo): void {
  const { allowed, reason } = authorizer.authorize(toAuthorizationRequest(user, info));
  if (!allowed) throw accessDenied(user, info, reason);
}

export function toAuthorizationRequest(user: UserInfo, info: RequestInfo): AuthorizationRequest {
  const { isResourceRequest, verb, path, group, version, resource, subresource, namespace, name } = info;
  return isResourceRequest ? { user, verb, resource: { group, version, resource, subresource, namespace, name } } : { user, verb, path };
}

/** Texts follow k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function accessDenied(user: UserInfo, info: RequestInfo, reason = ''): StatusError {
  const { isResourceRequest, verb, path, group, resource, subresource, namespace, name } = info;
  const why = reason ? `: ${reason}` : '';
  if (!isResourceRequest) return new StatusError(newStatus(403, 'Forbidden', `forbidden: User "${user.username}" cannot ${verb} path "${path}"${why}`, {}));
  const full = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const subject = `${group ? `${resource}.${group}` : resource}${name ? ` "${name}"` : ''}`;
  const message = `${subject} is forbidden: User "${user.username}" cannot ${verb} resource "${full}" in API group "${group}" ${where}${why}`;
  return new StatusError(newStatus(403, 'Forbidden', message, { ...(name && { name }), ...(group && { group }), kind: resource }));
}

/** The user that the Impersonate-* headers name; each part must be allowed (verb impersonate). Without such headers the user itself. */
export function impersonated(authorizer: Authorizer, user: UserInfo, headers: Readonly<Record<string, string>>): UserInfo {
  const username = headers['impersonate-user'] ?? '';
  const groups = (headers['impersonate-group'] ?? '').split(',').map((group) => group.trim()).filter(Boolean);
  const uid = headers['impersonate-uid'] ?? '';
  if (!username && groups.length === 0 && !uid) return user;
  if (!username) throw new StatusError(newStatus(500, 'InternalError', 'Internal error occurred: requested [{Group  ' + groups.join(' ') + '}] without impersonating a user'));
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  const targets = [
    account ? { resource: 'serviceaccounts', namespace: account[1], name: account[2], group: '' } : { resource: 'users', namespace: '', name: username, group: '' },
    ...groups.map((name) => ({ resource: 'groups', namespace: '', name, group: '' })),
    ...(uid ? [{ resource: 'uids', namespace: '', name: uid, group: 'authentication.k8s.io' }] : []),
  ];
  for (const target of targets) {
    checkAccess(authorizer, user, { isResourceRequest: true, path: '', verb: 'impersonate', version: '', subresource: '', parts: [], ...target });
  }
  const own = account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : [];
  const known = username === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return { username, ...(uid && { uid }), groups: [...new Set([...groups, ...(groups.length === 0 ? own : []), known])] };
}
