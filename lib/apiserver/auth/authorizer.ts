import type { UserInfo } from '../../api/request';

/** What somebody wants to do, as RBAC sees it. */
export interface AuthorizationRequest {
  readonly user: UserInfo;
  /** get, list, watch, create, update, patch, delete, deletecollection, impersonate …; for non-resource paths the HTTP verb in lower case. */
  readonly verb: string;
  readonly resource?: ResourceAttributes;
  /** For non-resource requests: `/healthz`. */
  readonly path?: string;
}

export interface ResourceAttributes {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Shown in Forbidden messages and access reviews. */
  readonly reason: string;
}

/** Pure over what is stored; never throws. Called for every request, so it answers from memory. */
export interface Authorizer {
  authorize(request: AuthorizationRequest): Decision;
}
