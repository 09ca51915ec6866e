import type { DeepReadonly } from '../../base/deep-readonly';
import type { ApiResponse } from '../../api/request';
import { badRequest } from '../../api/status-error';
import type { Pod } from '../../api/types';
import type { Call } from '../call';
import { findObject } from '../handlers/get';

/** exec, attach and portforward reach here only without an upgrade, which the HTTPS front would have joined with the node. */
export function refuseStream(call: Call): ApiResponse {
  const { metadata, spec } = findObject(call) as DeepReadonly<Pod>;
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  throw badRequest('Upgrade request required');
}
