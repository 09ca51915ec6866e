import * as https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { ApiResponse } from '../../api/request';
import type { Node } from '../../api/types';
import type { NodeConnector } from '../node-connector';
import { kubeletAddress } from './node-address';

export interface NodeCredentials {
  /** The authority that signed the nodes' certificates. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Requests to the nodes' HTTPS ports with the API server's client certificate. Connections are kept and shared. */
export class HttpsNodeConnector implements NodeConnector {
  readonly agent: https.Agent;

  constructor({ ca, cert, key }: NodeCredentials) {
    this.agent = new https.Agent({ keepAlive: true, ca, cert, key });
  }

  request(node: DeepReadonly<Node>, { method, path, query, headers, body, signal }: Parameters<NodeConnector['request']>[1]): Promise<ApiResponse> {
    const { host, port } = kubeletAddress(node);
    const text = query.toString();
    return new Promise((resolve, reject) => {
      const request = https.request({ host, port, method, path: text ? `${path}?${text}` : path, headers, agent: this.agent, signal }, (response) => resolve(toApiResponse(response)));
      request.on('error', (error) => reject(new Error(`dial tcp ${host}:${port}: ${error.message}`, { cause: error })));
      request.end(body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
    });
  }
}

function toApiResponse(response: IncomingMessage): ApiResponse {
  const headers = Object.fromEntries(['content-type', 'location'].flatMap((name) => (response.headers[name] === undefined ? [] : [[name, String(response.headers[name])]])));
  return { status: response.statusCode ?? 502, headers, stream: response as AsyncIterable<Uint8Array> };
}
