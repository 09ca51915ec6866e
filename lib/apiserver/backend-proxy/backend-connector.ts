import * as http from 'node:http';
import * as https from 'node:https';
import type { ApiResponse } from '../../api/request';
import type { BackendTarget } from './backend-target';

export interface BackendRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** How the API server reaches the addresses of pods. Rejects when nothing answers. */
export type BackendConnector = (target: BackendTarget, request: BackendRequest) => Promise<ApiResponse>;

const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** What is said to the API server alone. */
const OURS = ['authorization', 'host', 'content-length', 'expect'];

/** Over the network of this host. Certificates of pods are not checked, as upstream. */
export const connectBackend: BackendConnector = ({ scheme, host, port }, { method, path, headers, body, signal }) => new Promise((resolve, reject) => {
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name) && !OURS.includes(name) && !/^impersonate-/.test(name)));
  const options = { host, port, method, path, headers: { ...sent, host: `${host}:${port}` }, signal, agent: false } as const;
  const answered = (response: http.IncomingMessage) => {
    const received = Object.entries(response.headers).flatMap(([name, value]) => (value === undefined || HOP_BY_HOP.includes(name) ? [] : [[name, value] as const]));
    resolve({ status: response.statusCode ?? 502, headers: Object.fromEntries(received), stream: response as AsyncIterable<Uint8Array> });
  };
  const request = scheme === 'https' ? https.request({ ...options, rejectUnauthorized: false }, answered) : http.request(options, answered);
  request.on('error', (error: NodeJS.ErrnoException) => {
    const why = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
    reject(new Error(`dial tcp ${host}:${port}: ${why}`, { cause: error }));
  });
  request.end(body);
});
