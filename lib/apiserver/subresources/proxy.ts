import type { DeepReadonly } from '../../base/deep-readonly';
import type { ApiResponse } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import type { Node } from '../../api/types';
import { checkedBody } from '../body';
import type { Call } from '../call';
import { findObject } from '../handlers/get';

/** nodes/proxy hands a request on to the node's own port. Pods and Services are reached with port-forward instead. */
export async function proxy(call: Call): Promise<ApiResponse> {
  const { server, resource, info, request, query } = call;
  if (resource.resource !== 'nodes') throw notSupported(`${resource.resource}/proxy is not supported by this server; use kubectl port-forward`);
  const node = findObject(call) as DeepReadonly<Node>;
  if (!server.nodes) throw notSupported('this server has no connection to nodes');
  const path = `/${info.parts.slice(3).join('/')}`;
  try {
    return await server.nodes.request(node, { method: request.method, path, query, body: checkedBody(request), signal: request.signal });
  } catch (error) {
    throw new StatusError(newStatus(503, 'ServiceUnavailable', `error trying to reach service: ${error instanceof Error ? error.message : String(error)}`), { cause: error });
  }
}

const notSupported = (message: string) => new StatusError(newStatus(501, 'NotImplemented', message));
