import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubeletContext, ReadonlyPod } from '../../kubelet-context';
import type { CpuRates } from '../../stats/cpu-rates';
import type { UpgradeRequest } from '../upgrade';

/** One path of the node's server. */
export interface Endpoint {
  /** With `:name` for a segment that is a parameter. */
  readonly path: string;
  /** Answers a plain request. May reject with HttpError. */
  handle?(call: Call & { readonly request: IncomingMessage; readonly response: ServerResponse }): Promise<void>;
  /** Answers a request to change the protocol. May reject with HttpError before it has answered. */
  upgrade?(call: Call & { readonly upgrade: UpgradeRequest }): Promise<void>;
}

export interface Call {
  readonly context: KubeletContext;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The pods this node knows. */
  readonly pods: () => readonly ReadonlyPod[];
  /** What was asked for before. */
  readonly cpuRates: CpuRates;
}

/** A refusal with its HTTP status. */
export class HttpError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
    this.name = 'HttpError';
  }
}

export function sendText(response: ServerResponse, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

export const sendJson = (response: ServerResponse, value: unknown) => sendText(response, JSON.stringify(value), 'application/json');
