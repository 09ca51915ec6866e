import type { ApiRequest, ApiResponse, Transport } from '../api/request';
import { nameOf } from './retry-policy';

/**
 * What the refusal of a repeated write means when an earlier attempt may have done its work: what is already gone has been deleted, and what is there as it was sent has been written. Other answers are given back as they are.
 * Asks the server where it has to look.
 */
export async function settleRepeated(request: ApiRequest, response: ApiResponse, transport: Transport): Promise<ApiResponse> {
  const { method, path, body } = request;
  if (method === 'DELETE' && isGone(request, response.status)) return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  if (response.status !== 409 || (method !== 'POST' && method !== 'PUT')) return response;
  const name = nameOf(body);
  if (method === 'POST' && name === undefined) return response;
  const live = await transport({ method: 'GET', path: method === 'POST' ? `${path}/${name}` : path, headers: { accept: 'application/json' }, user: request.user });
  return live.status < 400 && isWritten(body, live.body, path.endsWith('/status')) ? live : response;
}

/** A conflict about the uid: another object has the name meanwhile. */
function isGone({ body }: ApiRequest, status: number): boolean {
  const { uid, resourceVersion } = (body as { readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } } | undefined)?.preconditions ?? {};
  return status === 404 || (status === 409 && uid !== undefined && resourceVersion === undefined);
}

/** Whether the object in the cluster has all that was sent; what the server fills in is not compared. Pure. */
export function isWritten(sent: unknown, live: unknown, statusOnly = false): boolean {
  const { metadata = {}, status, ...content } = sent as { readonly metadata?: { readonly name?: string; readonly labels?: object; readonly annotations?: object }; readonly status?: unknown };
  if (statusOnly) return contains((live as { readonly status?: unknown }).status, status);
  const { name, labels, annotations } = metadata;
  return contains(live, { ...content, metadata: { name, labels, annotations } });
}

function contains(whole: unknown, part: unknown): boolean {
  if (part === undefined || part === null) return true;
  if (typeof part !== 'object') return whole === part;
  if (typeof whole !== 'object' || whole === null) return Object.keys(part).length === 0;
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item, index) => contains(whole[index], item));
  return Object.entries(part).every(([key, value]) => contains((whole as Record<string, unknown>)[key], value));
}
