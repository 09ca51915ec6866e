import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '../../../lib/api/request';
import { newStatus } from '../../../lib/api/status-error';
import { createClient } from '../../../lib/client/api-client';
import type { Client } from '../../../lib/client/client';
import { ConnectionError } from '../../../lib/client/connection-error';
import { retrying } from '../../../lib/client/retrying-transport';
import { HurriedClock } from './hurried-clock';

/** `after`: the server has done what was asked, and the answer is lost. `cut`: a watch that ends in the middle of its first event. */
export type Fault = '500' | '503' | '429' | 'reset before' | 'reset after' | '500 after' | 'hang' | 'hang after' | 'cut';

const KEY = 'x-request-key';

/** A server behind a bad line: named requests of a client meet faults, one at each attempt, and then the server. */
export class FaultyServer {
  readonly client: Client;
  /** All requests of the client in their order, by what they ask for; a number tells equal ones apart. */
  readonly keys: string[] = [];
  /** How many attempts met a fault. */
  hits = 0;
  private readonly clock = new HurriedClock();
  private readonly counts = new Map<string, number>();

  /** @param faults the fault at each attempt of the request; `undefined` from an attempt on: it is served */
  constructor(private readonly server: Transport, private readonly faults: (key: string, attempt: number) => Fault | undefined = () => undefined) {
    const patient = retrying((request) => this.attempt(request), { clock: this.clock, random: () => 0, patience: 120_000, onOutage: () => undefined });
    this.client = createClient((request) => patient({ ...request, headers: { ...request.headers, [KEY]: this.name(request) } }));
  }

  private name({ method, path, query }: ApiRequest): string {
    const kind = query?.get('watch') ? ' watch' : query?.get('dryRun') ? ' dry run' : '';
    const name = `${method} ${path.replace(/release-\d+/, 'release-N')}${kind}`;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    const key = count === 1 ? name : `${name} #${count}`;
    this.keys.push(key);
    return key;
  }

  private readonly attempts = new Map<string, number>();

  private async attempt(request: ApiRequest): Promise<ApiResponse> {
    const key = request.headers?.[KEY] ?? '';
    const attempt = this.attempts.get(key) ?? 0;
    this.attempts.set(key, attempt + 1);
    const fault = key === '' ? undefined : this.faults(key, attempt);
    if (fault === undefined) return this.server(request);
    this.hits += 1;
    return this.meet(fault, request);
  }

  private async meet(fault: Fault, request: ApiRequest): Promise<ApiResponse> {
    const limit = fault.startsWith('hang') ? this.hang(request) : undefined;
    if (fault.endsWith('after')) await this.server(request);
    switch (fault) {
      case 'reset before': throw new ConnectionError('cannot reach the API server: ECONNREFUSED', { arrived: 'no' });
      case 'reset after': throw new ConnectionError('cannot reach the API server: ECONNRESET', { arrived: 'unknown' });
      case '429': return { status: 429, headers: { 'retry-after': '3' }, body: newStatus(429, 'TooManyRequests', 'too many requests, please try again later') };
      case '500': case '500 after': return { status: 500, body: newStatus(500, 'InternalError', 'etcdserver: leader changed') };
      case '503': return { status: 503, body: newStatus(503, 'ServiceUnavailable', 'apiserver is shutting down') };
      case 'cut': return cut(await this.server(request));
      default: return limit as Promise<ApiResponse>;
    }
  }

  /** Called in the same breath as the attempt began, so the last limit is that of this attempt. */
  private hang({ signal }: ApiRequest): Promise<never> {
    const hanging = new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
    hanging.catch(() => undefined);
    this.clock.reachLimit();
    return hanging;
  }
}

function cut(response: ApiResponse): ApiResponse {
  // eslint-disable-next-line @typescript-eslint/require-await, require-yield -- it ends before its first event
  const stream = async function* (): AsyncGenerator<WatchEvent> {
    throw new ConnectionError('the API server ended the connection in the middle of an answer', { arrived: 'unknown' });
  };
  return { ...response, stream: stream() };
}
