import type { ApiRequest, ApiResponse, UserInfo } from '../api/request';
import type { Call, ServerContext } from './call';
import { create } from './handlers/create';
import { remove } from './handlers/delete';
import { removeCollection } from './handlers/delete-collection';
import { get } from './handlers/get';
import { list } from './handlers/list';
import { isReview, review } from './handlers/review';
import { patch } from './handlers/patch';
import { update } from './handlers/update';
import { watch } from './handlers/watch';
import { methodNotAllowed, notWatchable, PAGE_NOT_FOUND, unknownResource } from './http-errors';
import { negotiate } from './media-type';
import type { RequestInfo } from './request-info';
import { errorResponse } from './api-error';
import { deprecationOf } from './deprecations';
import { bind } from './subresources/binding';
import { subresourceHandler } from './subresources/index';

type Handler = (call: Call) => ApiResponse | Promise<ApiResponse>;

const HANDLERS: Readonly<Record<string, Handler>> = { get, list, watch, create, update, patch, delete: remove, deletecollection: removeCollection };

/** Finds the resource and the handler of a request below /api and /apis. */
export async function answerResource(server: ServerContext, request: ApiRequest, info: RequestInfo, user: UserInfo): Promise<ApiResponse> {
  const resource = server.resources.tryFind(info.group, info.version, info.resource);
  if (!resource) {
    if (info.group !== '' && !server.resources.hasBuiltInGroup(info.group)) return PAGE_NOT_FOUND;
    throw unknownResource();
  }
  if (resource.custom && info.namespace !== '' && !resource.namespaced) return PAGE_NOT_FOUND;
  if (info.parts.length > 3 && !resource.subresources.has(info.subresource)) throw unknownResource();
  if (info.namespace !== '' && !resource.namespaced && resource.resource !== 'namespaces') throw unknownResource();
  const handler = handlerFor(info, resource);
  const form = negotiate(request.headers?.accept, { watchable: info.verb === 'list' || info.verb === 'watch' });
  const call: Call = { server, request, info, resource, user, form, query: request.query ?? new URLSearchParams(), warnings: new Set() };
  const deprecation = deprecationOf(resource);
  if (deprecation) call.warnings.add(deprecation);
  try {
    return withWarnings(call, await handler(call));
  } catch (error) {
    const refusal = errorResponse(error);
    if (refusal.status >= 500) server.logger.error('a request failed', { method: request.method, path: request.path, error });
    return withWarnings(call, refusal);
  }
}

function handlerFor(info: RequestInfo, resource: Call['resource']): Handler {
  const name = info.parts[1] ?? '';
  if (info.subresource !== '') {
    const subresource = resource.subresources.get(info.subresource);
    if (!subresource) throw unknownResource();
    if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed();
    return subresourceHandler(info.subresource, info.verb) ?? HANDLERS[info.verb];
  }
  const onObject = ['get', 'update', 'patch', 'delete'];
  if (name === '' && onObject.includes(info.verb)) throw methodNotAllowed();
  if (name !== '' && info.verb === 'create') throw methodNotAllowed();
  if (name === '' && info.verb === 'create' && resource.namespaced && info.namespace === '') throw methodNotAllowed();
  if (info.verb === 'watch' && resource.verbs.includes('list') && !resource.verbs.includes('watch')) return refuseWatch;
  if (!resource.verbs.includes(info.verb)) throw methodNotAllowed();
  if (isReview(resource)) return review;
  if (resource.kind === 'Binding' && resource.group === '') return bind;
  return HANDLERS[info.verb];
}

function refuseWatch({ resource }: Call): never {
  throw notWatchable(resource);
}

function withWarnings({ warnings }: Call, response: ApiResponse): ApiResponse {
  if (warnings.size === 0) return response;
  const texts = [...warnings].map((text) => `299 - "${text.replace(/[\\"]/g, '\\$&')}"`);
  return { ...response, headers: { ...response.headers, warning: texts } };
}
