import type { ApiResponse } from '../../api/request';
import type { Call } from '../call';
import type { Resource } from '../registry/resource';

export type SubresourceHandler = (call: Call) => ApiResponse | Promise<ApiResponse>;

/** Subresources that are more than a view of the whole object, by name and verb. */
const HANDLERS: Readonly<Record<string, Readonly<Record<string, SubresourceHandler>>>> = {};

/** undefined: the verb means the same as on the object itself. */
export function subresourceHandler(_resource: Resource, subresource: string, verb: string): SubresourceHandler | undefined {
  return HANDLERS[subresource]?.[verb];
}
