import type { DeepReadonly } from '../base/deep-readonly';
import type { ApiResponse } from '../api/request';
import type { Node } from '../api/types';

/** How the API server reaches a node's HTTPS port (status.addresses, status.daemonEndpoints), with its own client certificate. */
export interface NodeConnector {
  /** Plain requests: logs, stats, node proxy. Streams the answer's bytes. Rejects when the node cannot be reached. */
  request(node: DeepReadonly<Node>, target: NodeRequest): Promise<ApiResponse>;
}

export interface NodeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}
