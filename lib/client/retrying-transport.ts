import { type Clock, sleep } from '../base/clock';
import type { ApiRequest, ApiResponse, Transport } from '../api/request';
import { isStatus } from './answered';
import { ConnectionError } from './connection-error';
import { type Failure, mayHaveArrived, retryDelay } from './retry-policy';
import { settleRepeated } from './settle-repeated';

/** `waiting`: told once for each time that the server is away. `over`: it answers again, after so many milliseconds. */
export type OutageEvent = { readonly state: 'waiting'; readonly why: string } | { readonly state: 'over'; readonly after: number };

export interface RetryOptions {
  readonly clock: Clock;
  /** 0 to 1; spreads the attempts of many clients. */
  readonly random: () => number;
  /** Milliseconds for which a request is tried. */
  readonly patience: number;
  /** Milliseconds that one attempt may take until its answer begins. @default 65 s, a little more than a server gives itself */
  readonly attemptTimeout?: number;
  /** After it aborts nothing is tried a second time. */
  readonly signal?: AbortSignal;
  readonly onOutage: (event: OutageEvent) => void;
}

const ATTEMPT_TIMEOUT = 65_000;
/** A hiccup is not worth a word. */
const QUIET = 1_000;

/**
 * Tries again what failed for a reason that passes: a lost connection, a server that restarts (5xx) or asks for patience (429). What is not certain to be harmless twice is not repeated, and what may have been done by an earlier attempt
 * is looked up. In the end the last answer is given, or ConnectionError with what was tried for how long.
 */
export function retrying(transport: Transport, options: RetryOptions): Transport {
  const { clock, random, patience, attemptTimeout = ATTEMPT_TIMEOUT, signal } = options;
  const outage = new Outage(options);
  const send: Transport = async (request) => {
    const started = clock.now();
    let doubtful = false;
    for (let failures = 1; ; failures += 1) {
      const { response, failure } = await attempt(transport, request, clock, attemptTimeout);
      if (!failure) {
        outage.answered();
        return doubtful ? settleRepeated(request, response, send) : response;
      }
      const elapsed = clock.now() - started;
      const delay = retryDelay({ request, failure, failures, elapsed, patience, isKnown: outage.isKnown });
      if (failure.kind === 'refused') outage.answered();
      if (delay === undefined || isOver(signal) || isOver(request.signal)) return giveUp({ request, response, failure, failures, elapsed });
      doubtful ||= mayHaveArrived(failure);
      outage.failed(failure, request, elapsed + delay);
      await sleep(clock, delay * (1 + random() / 2), AbortSignal.any([signal, request.signal].filter((one) => one !== undefined)));
      if (isOver(signal) || isOver(request.signal)) return giveUp({ request, response, failure, failures, elapsed });
    }
  };
  return send;
}

const isOver = (signal: AbortSignal | undefined) => signal?.aborted === true;

type Attempt = { readonly response: ApiResponse; readonly failure?: undefined } | { readonly response?: ApiResponse; readonly failure: Failure };

async function attempt(transport: Transport, request: ApiRequest, clock: Clock, limit: number): Promise<Attempt> {
  const overdue = new AbortController();
  const cancel = clock.setTimer(limit, () => overdue.abort(new ConnectionError(`the API server has not answered within ${Math.round(limit / 1000)} s`, { arrived: 'unknown' })));
  try {
    const response = await transport({ ...request, signal: request.signal ? AbortSignal.any([request.signal, overdue.signal]) : overdue.signal });
    return response.status >= 500 || response.status === 429 ? { response, failure: refusal(response) } : { response };
  } catch (error) {
    return { failure: { kind: 'unanswered', error: isOver(overdue.signal) && !isOver(request.signal) ? overdue.signal.reason : error } };
  } finally {
    cancel();
  }
}

function refusal({ status, headers, body }: ApiResponse): Failure {
  const seconds = Number(headers?.['retry-after'] ?? NaN);
  const details = isStatus(body) ? body.details?.retryAfterSeconds : undefined;
  const retryAfter = Number.isFinite(seconds) ? seconds : details;
  return { kind: 'refused', status, isStatus: isStatus(body), ...(retryAfter !== undefined && { retryAfter: retryAfter * 1000 }) };
}

interface GivenUp {
  readonly request: ApiRequest;
  readonly response: ApiResponse | undefined;
  readonly failure: Failure;
  readonly failures: number;
  readonly elapsed: number;
}

/** The last answer, or the last error; with how often it was tried, if it was. */
function giveUp({ request, response, failure, failures, elapsed }: GivenUp): ApiResponse {
  const tried = failures > 1 ? ` (${request.method} ${request.path} was tried ${failures} times in ${(elapsed / 1000).toFixed(elapsed < 10_000 ? 1 : 0)} s)` : '';
  if (response) {
    const { body } = response;
    if (!tried) return response;
    return { ...response, body: isStatus(body) ? { ...body, message: `${body.message ?? body.reason ?? ''}${tried}` } : `${typeof body === 'string' ? body.trim() : ''}${tried}` };
  }
  const error = failure.kind === 'unanswered' ? failure.error : undefined;
  if (!(error instanceof ConnectionError) || !tried) throw error;
  throw new ConnectionError(`${error.message}${tried}`, { arrived: error.arrived, permanent: error.permanent, cause: error.cause ?? error });
}

/** Whether the server is away, and who has been told. */
class Outage {
  /** The server has answered once. */
  isKnown = false;
  private since: number | undefined;
  private told = false;
  private toldRefusal = false;

  constructor(private readonly options: RetryOptions) {}

  answered(): void {
    const { clock, onOutage } = this.options;
    this.isKnown = true;
    if (this.told) onOutage({ state: 'over', after: clock.now() - (this.since ?? 0) });
    [this.since, this.told] = [undefined, false];
  }

  /** @param until milliseconds from the first attempt of this request to its next */
  failed(failure: Failure, { method, path }: ApiRequest, until: number): void {
    const { clock, onOutage } = this.options;
    if (failure.kind === 'unanswered') this.since ??= clock.now();
    if (until < QUIET) return;
    if (failure.kind === 'unanswered' && !this.told) {
      this.told = true;
      onOutage({ state: 'waiting', why: failure.error instanceof Error ? failure.error.message : String(failure.error) });
    } else if (failure.kind === 'refused' && !this.toldRefusal) {
      this.toldRefusal = true; // once: it may be one of many requests, each with its own end
      onOutage({ state: 'waiting', why: failure.status === 429 ? 'the API server has too much to do (429)' : `the API server answers ${failure.status} to ${method} ${path}` });
    }
  }
}
