import type { ApiRequest, ApiResponse } from '../api/request';
import type { ServerContext } from './call';
import { discovery } from './discovery/discovery';
import { PAGE_NOT_FOUND } from './http-errors';
import type { RequestInfo } from './request-info';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** Paths outside of resources: discovery, version, health, OpenAPI. */
export function answerPath(server: ServerContext, request: ApiRequest, { path }: RequestInfo): ApiResponse {
  if (['/healthz', '/livez', '/readyz'].some((health) => path === health || path.startsWith(`${health}/`))) return { status: 200, headers: TEXT, body: 'ok' };
  return discovery(server, request, path) ?? PAGE_NOT_FOUND;
}
