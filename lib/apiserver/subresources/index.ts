import type { ApiResponse } from '../../api/request';
import type { Call } from '../call';
import { bind } from './binding';
import { evict } from './eviction';
import { log } from './log';
import { proxy } from './proxy';
import { getScale, patchScale, updateScale } from './scale';
import { refuseStream } from './stream';
import { requestToken } from './token';

export type SubresourceHandler = (call: Call) => ApiResponse | Promise<ApiResponse>;

const stream = { get: refuseStream, create: refuseStream };

/** Subresources that are more than a view of the whole object, by name and verb. */
const HANDLERS: Readonly<Record<string, Readonly<Record<string, SubresourceHandler>>>> = {
  binding: { create: bind },
  eviction: { create: evict },
  scale: { get: getScale, update: updateScale, patch: patchScale },
  log: { get: log },
  token: { create: requestToken },
  exec: stream,
  attach: stream,
  portforward: stream,
  proxy: { get: proxy, create: proxy, update: proxy, patch: proxy, delete: proxy },
};

/** undefined: the verb means the same as on the object itself. */
export function subresourceHandler(subresource: string, verb: string): SubresourceHandler | undefined {
  return HANDLERS[subresource]?.[verb];
}
