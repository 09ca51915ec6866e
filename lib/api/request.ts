/**
 * The one shape of a call to a Kubernetes API server, shared by the API server (which is a function of this type)
 * and by every client transport (HTTPS or in the same process). Nothing in it knows about sockets.
 */
export interface ApiRequest {
  /** Upper case: GET, POST, PUT, PATCH, DELETE. */
  readonly method: string;
  /** Decoded by the receiver, so still percent-encoded: `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A plain object (JSON), or text/bytes as they arrived; the `content-type` header says which. Never changed by the receiver. */
  readonly body?: unknown;
  /** Who asks. Set by whoever authenticated the caller: the HTTPS front, or the composition root for in-process clients. */
  readonly user?: UserInfo;
  /** Ends a watch or a followed log. */
  readonly signal?: AbortSignal;
}

/** As in authentication.k8s.io/v1 UserInfo. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ApiResponse {
  readonly status: number;
  /** Names in lower case. `warning` may hold several values. No `content-type` means application/json. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A JSON value, or text/bytes when `content-type` is not JSON. Shared with caches: read-only. */
  readonly body?: unknown;
  /**
   * Present instead of `body` for answers without an end: watch events (objects `{ type, object }`, one JSON line each on the wire)
   * or bytes of a log. The receiver must iterate it to the end, leave the loop, or abort the request's signal.
   */
  readonly stream?: AsyncIterable<WatchEvent | Uint8Array>;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchEvent<T = unknown> {
  readonly type: WatchEventType;
  readonly object: T;
}

/**
 * Answers one request. Refusals by the server are answers (status ≥ 400 with a Status body); it rejects only when no answer
 * was had (connection refused, aborted). Safe to call concurrently.
 */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;
