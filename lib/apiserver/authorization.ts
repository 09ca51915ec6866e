import type { UserInfo } from '../api/request';
import { newStatus, qualified, StatusError } from '../api/status-error';
import type { AuthorizationRequest, Authorizer } from './auth/authorizer';
import type { RequestInfo } from './request-info';

/** What the authorizer is asked for a request. */
export function authorizationRequest(user: UserInfo, { isResourceRequest, verb, path, group, version, resource, subresource, namespace, name }: RequestInfo): AuthorizationRequest {
  return isResourceRequest ? { user, verb, resource: { group, version, resource, subresource, namespace, name } } : { user, verb, path };
}

/** Throws 403 with upstream's text. */
export function checkAuthorized(authorizer: Authorizer | undefined, user: UserInfo, info: RequestInfo): void {
  const decision = authorizer?.authorize(authorizationRequest(user, info));
  if (!decision || decision.allowed) return;
  const because = decision.reason ? `: ${decision.reason}` : '';
  const who = `User ${JSON.stringify(user.username)} cannot ${info.verb}`;
  if (!info.isResourceRequest) throw new StatusError(newStatus(403, 'Forbidden', `forbidden: ${who} path ${JSON.stringify(info.path)}${because}`, {}));
  const { group, resource, subresource, namespace, name } = info;
  const place = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  const subject = qualified({ group, resource }) + (name ? ` ${JSON.stringify(name)}` : '');
  const what = subresource ? `${resource}/${subresource}` : resource;
  throw new StatusError(newStatus(403, 'Forbidden', `${subject} is forbidden: ${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${place}${because}`, {
    ...(name && { name }), ...(group && { group }), kind: resource,
  }));
}
