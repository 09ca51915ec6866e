import { apiVersionOf } from '../api/kinds';
import type { ApiRequest, ApiResponse } from '../api/request';
import type { ServerContext } from './call';
import { discovery } from './discovery/discovery';
import { methodNotAllowed, PAGE_NOT_FOUND } from './http-errors';
import { openApiV2 } from './openapi/v2';
import { OpenApiV3 } from './openapi/v3';
import type { RequestInfo } from './request-info';
import { VERSION } from './version';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const HEALTH = ['/healthz', '/livez', '/readyz'];

const openApiV3 = new OpenApiV3();

/** Paths outside of resources: discovery, version, health, OpenAPI. */
export function answerPath(server: ServerContext, request: ApiRequest, { path }: RequestInfo): ApiResponse {
  if (HEALTH.some((health) => path === health || path.startsWith(`${health}/`))) return { status: 200, headers: TEXT, body: 'ok' };
  if (path === '/version' || path === '/version/') {
    if (request.method !== 'GET') throw methodNotAllowed();
    return { status: 200, body: VERSION };
  }
  if (path === '/openapi/v2') return openApiV2(request);
  if (path === '/openapi/v3') return openApiV3.index(documentNames(server));
  if (path.startsWith('/openapi/v3/')) return openApiV3.tryDocument(path.slice('/openapi/v3/'.length)) ?? PAGE_NOT_FOUND;
  return discovery(server, request, path) ?? PAGE_NOT_FOUND;
}

const documentNames = ({ resources }: ServerContext) => [...new Set(resources.builtIns().map((resource) => `${resource.group ? 'apis' : 'api'}/${apiVersionOf(resource)}`))];
