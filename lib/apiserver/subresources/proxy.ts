import type { DeepReadonly } from '../../base/deep-readonly';
import type { ApiResponse } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import type { Node } from '../../api/types';
import { type BackendTarget, backendTarget } from '../backend-proxy/backend-target';
import { checkedBody } from '../body';
import type { Call } from '../call';
import { findObject } from '../handlers/get';

/** Hands a request on: for nodes to the node's own port, for pods and Services to the program that listens there. */
export async function proxy(call: Call): Promise<ApiResponse> {
  try {
    return await (call.resource.resource === 'nodes' ? toNode(call) : toBackend(call));
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw new StatusError(newStatus(503, 'ServiceUnavailable', `error trying to reach service: ${error instanceof Error ? error.message : String(error)}`), { cause: error });
  }
}

async function toNode(call: Call): Promise<ApiResponse> {
  const { server, info, request, query } = call;
  const node = findObject(call) as DeepReadonly<Node>;
  if (!server.nodes) throw notSupported('this server has no connection to nodes');
  return server.nodes.request(node, { method: request.method, path: `/${info.parts.slice(3).join('/')}`, query, body: checkedBody(request), signal: request.signal });
}

async function toBackend(call: Call): Promise<ApiResponse> {
  const { server, info, request } = call;
  if (!server.backends) throw notSupported('this server has no connection to pods');
  const target = backendTarget(info, server.storage, server.random);
  const [prefix, rest] = splitPath(request.path);
  const query = request.query?.toString() ?? '';
  // Without the slash the page's own relative links would lead elsewhere.
  if (rest === '' && (request.method === 'GET' || request.method === 'HEAD')) return { status: 301, headers: { location: `${prefix}/${query ? `?${query}` : ''}` }, body: {} };
  const body = checkedBody(request);
  const answer = await server.backends(target, {
    method: request.method, path: `${rest || '/'}${query ? `?${query}` : ''}`, headers: { ...request.headers, 'x-forwarded-uri': request.path },
    body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body), signal: request.signal,
  });
  const { location } = answer.headers ?? {};
  return typeof location === 'string' ? { ...answer, headers: { ...answer.headers, location: proxiedLocation(location, prefix, target) } } : answer;
}

/** What leads to the proxy, and the program's own path, as it came. */
function splitPath(path: string): readonly [string, string] {
  const segments = path.split('/');
  const at = segments.indexOf('proxy', 7); // '', api, v1, namespaces, shop, services, web, proxy
  return [segments.slice(0, at + 1).join('/'), segments.length > at + 1 ? `/${segments.slice(at + 1).join('/')}` : ''];
}

/** A redirect within the program stays in the proxy. */
function proxiedLocation(location: string, prefix: string, { scheme, host, port }: BackendTarget): string {
  const own = `${scheme}://${host}:${port}`;
  const path = location.startsWith(`${own}/`) ? location.slice(own.length) : location;
  return path.startsWith('/') && !path.startsWith('//') ? `${prefix}${path}` : location;
}

const notSupported = (message: string) => new StatusError(newStatus(501, 'NotImplemented', message));
