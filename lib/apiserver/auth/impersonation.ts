import type { UserInfo } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import { checkAuthorized } from '../authorization';
import type { Authorizer } from './authorizer';

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
    checkAuthorized(authorizer, user, { isResourceRequest: true, path: '', verb: 'impersonate', version: '', subresource: '', parts: [], ...target });
  }
  const own = account ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : [];
  const known = username === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return { username, ...(uid && { uid }), groups: [...new Set([...groups, ...(groups.length === 0 ? own : []), known])] };
}
