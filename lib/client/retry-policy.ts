import { backoffDelay } from '../base/backoff';
import type { ApiRequest } from '../api/request';
import { ConnectionError } from './connection-error';

/** How one attempt failed. */
export type Failure =
  | { readonly kind: 'unanswered'; readonly error: unknown }
  /** `retryAfter`: milliseconds that the server asks to wait. `isStatus`: Kubernetes said it, and not something in front of it. */
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfter?: number; readonly isStatus: boolean };

export interface RetrySituation {
  readonly request: ApiRequest;
  readonly failure: Failure;
  /** Attempts that failed, this one included. */
  readonly failures: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsed: number;
  /** Milliseconds after which no further attempt is begun. */
  readonly patience: number;
  /** The server has answered something before: it is the right address. */
  readonly isKnown: boolean;
}

const BACKOFF = { initial: 250, maximum: 5_000 };
/** For a server that has never answered: a wrong address is told soon. */
const FIRST_CONTACT = 5_000;
/** Attempts when the server says that it failed: a webhook that is broken stays so. */
const MOST_ERRORS = 5;
/** Attempts for 502, 503 and 504 of Kubernetes itself: half a minute. */
const MOST_UNAVAILABLE = 10;
/** Attempts for the list of what a group serves: the server of another group may be away for good. */
const MOST_DISCOVERY = 3;

/** Milliseconds to wait before the next attempt, before jitter; undefined when there is to be none. Pure. */
export function retryDelay({ request, failure, failures, elapsed, patience, isKnown }: RetrySituation): number | undefined {
  const limits = failure.kind === 'unanswered' ? ofSilence(request, failure.error, isKnown) : ofRefusal(request, failure);
  if (failures >= limits.attempts) return undefined;
  const delay = Math.max(backoffDelay(failures, BACKOFF), failure.kind === 'refused' ? failure.retryAfter ?? 0 : 0);
  return elapsed + delay > Math.min(patience, limits.time) ? undefined : delay;
}

/** Whether the failed attempt may have done its work all the same. Pure. */
export function mayHaveArrived(failure: Failure): boolean {
  return failure.kind === 'unanswered' ? !(failure.error instanceof ConnectionError) || failure.error.arrived === 'unknown' : failure.status !== 429;
}

interface Limits { readonly attempts: number; readonly time: number }
const NEVER: Limits = { attempts: 0, time: 0 };

function ofSilence(request: ApiRequest, error: unknown, isKnown: boolean): Limits {
  if (!(error instanceof ConnectionError) || error.permanent) return NEVER;
  if (error.arrived === 'unknown' && !isRepeatable(request)) return NEVER;
  if (isKnown) return { attempts: Infinity, time: Infinity };
  return error.code === 'ENOTFOUND' ? NEVER : { attempts: Infinity, time: FIRST_CONTACT };
}

function ofRefusal(request: ApiRequest, { status, retryAfter, isStatus }: Extract<Failure, { kind: 'refused' }>): Limits {
  if (status === 429) return isEviction(request) ? NEVER : { attempts: Infinity, time: Infinity };
  // With Retry-After the server says that it has not begun.
  if (!isRepeatable(request) && retryAfter === undefined) return NEVER;
  if (status === 500) return { attempts: MOST_ERRORS, time: Infinity };
  if (![502, 503, 504].includes(status)) return NEVER;
  if (isDiscovery(request)) return { attempts: MOST_DISCOVERY, time: Infinity };
  return { attempts: isStatus ? MOST_UNAVAILABLE : Infinity, time: Infinity };
}

/** Whether doing it twice is as good as once, or can be told apart afterwards (settle-repeated.ts). Pure. */
export function isRepeatable({ method, path, query, headers, body }: ApiRequest): boolean {
  if (query?.get('dryRun') === 'All') return true;
  if (method === 'POST') return isReview(body) || (isCollection(path) && nameOf(body) !== undefined);
  return method !== 'PATCH' || headers?.['content-type'] !== 'application/json-patch+json';
}

/** The name of an object that is sent; undefined where the server makes it. Pure. */
export function nameOf(body: unknown): string | undefined {
  const name = (body as { readonly metadata?: { readonly name?: unknown } } | undefined)?.metadata?.name;
  return typeof name === 'string' && name ? name : undefined;
}

const isReview = (body: unknown) => /Review$/.test(String((body as { readonly kind?: unknown } | undefined)?.kind ?? ''));

/** Segments after the version, without the namespace: `pods`, or `pods/web-0/eviction`. */
function resourceSegments(path: string): readonly string[] {
  const segments = path.split('/').filter(Boolean);
  const rest = segments.slice(segments[0] === 'api' ? 2 : 3);
  return rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
}

const isCollection = (path: string) => resourceSegments(path).length === 1;
const isDiscovery = ({ path }: ApiRequest) => resourceSegments(path).length === 0;
/** 429 is how a disruption budget says no. */
const isEviction = ({ path }: ApiRequest) => path.endsWith('/eviction');
