import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { Client } from '../client/client';
import { processName } from './application';
import { areNodesComing } from './diagnose/nodes-coming';
import { podProblem, type PodProblem, unreadyContainer } from './diagnose/pod-problem';
import { hasReadiness, readinessOf } from './readiness/index';
import type { Readiness } from './readiness/readiness';
import { openWaitState, type WaitState, WORKLOADS } from './wait-state';

type Object = DeepReadonly<KubeObject>;

/** How far one object is. */
export interface Progress extends Readiness {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** What a person calls it. */
  readonly process: string;
  /** The worst problem of its pods. At the end also that one of them just does not get ready. */
  readonly problem?: PodProblem;
}

export interface WaitOptions {
  readonly client: Client;
  readonly objects: readonly KubeObject[];
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: readonly Progress[]) => void;
}

export interface WaitResult {
  readonly outcome: 'ready' | 'failed' | 'timeout';
  readonly progress: readonly Progress[];
  /** The objects as they are now, by `describe`d identity; for addresses. */
  readonly live: readonly Object[];
}

/** A problem that only somebody else can end gets this long. */
const SUSPICION = 10_000;
/** What makes nodes has said until then that it does. */
const UNPLACED = 30_000;

/** Watches the objects until all are ready, one cannot get ready any more, or time is up. Rejects when the signal aborts. No polling: it wakes by watch events and one timer. */
export async function waitUntilReady({ client, objects, clock, timeout, signal, onProgress }: WaitOptions): Promise<WaitResult> {
  const waited = objects.filter((object) => hasReadiness(object));
  const stop = new AbortController();
  const deadline = clock.now() + timeout;
  const suspectedSince = new Map<string, number>();
  let wake: () => void = () => undefined;
  let changed = true;
  const onChange = () => {
    changed = true;
    wake();
  };
  const abort = () => {
    stop.abort();
    wake();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const state = await openWaitState({ client, waited, clock, signal: stop.signal, onChange });
    const placedSoon = new Set<string>();
    for (;;) {
      signal.throwIfAborted();
      changed = false;
      const progress = waited.map((object) => progressOf(object, state));
      onProgress(progress);
      const live = waited.flatMap((object) => state.find(object) ?? []);
      if (progress.every(({ done, successful }) => done && successful)) return { outcome: 'ready', progress, live };
      const left = deadline - clock.now();
      const patience = hopeless(progress, suspectedSince, clock.now(), placedSoon);
      if (patience <= 0) {
        const helped = await areNodesComing(client, progress.filter(({ problem }) => problem?.outlook === 'unplaced' && !placedSoon.has(problem.pod)));
        for (const pod of helped) placedSoon.add(pod);
        if (helped.length > 0 && hopeless(progress, suspectedSince, clock.now(), placedSoon) > 0) continue;
      }
      if (patience <= 0 || left <= 0) return { outcome: patience <= 0 ? 'failed' : 'timeout', progress: waited.map((object, index) => withUnready(progress[index], state.find(object), state)), live };
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(Math.min(left, patience), resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** Milliseconds until waiting has no more sense: 0 when it has none now, Infinity when nothing speaks against it. @param placedSoon pods that a node is being made for */
export function hopeless(progress: readonly Progress[], suspectedSince: Map<string, number>, now: number, placedSoon: ReadonlySet<string> = new Set()): number {
  let patience = Infinity;
  const suspected = new Set<string>();
  for (const item of progress) {
    const { done, successful, problem } = item;
    if (done && !successful) return 0;
    if (done || (problem && placedSoon.has(problem.pod))) continue;
    if (problem?.outlook === 'fatal') return 0;
    const key = problem && problem.outlook !== 'patience' ? `${problem.pod}/${problem.reason}` : item.isStuck ? `${item.kind}/${item.name}/${item.message.split(',')[0]}` : undefined;
    if (key === undefined) continue;
    suspected.add(key);
    const since = suspectedSince.get(key) ?? now;
    suspectedSince.set(key, since);
    patience = Math.min(patience, since + (problem?.outlook === 'unplaced' ? UNPLACED : SUSPICION) - now);
  }
  for (const key of suspectedSince.keys()) if (!suspected.has(key)) suspectedSince.delete(key);
  return patience;
}

function progressOf(object: Object, state: WaitState): Progress {
  const { kind, metadata: { namespace, name = '' } } = object;
  const live = state.find(object);
  const readiness = readinessOf(live, state.ruleOf(object));
  const pods = !live || (readiness.done && readiness.successful) ? [] : state.podsOf(live);
  const problem = pods.map((pod) => podProblem(pod)).filter((found) => found !== undefined).map((found) => asOf(kind, found)).sort((a, b) => severity(a) - severity(b))[0];
  const refused = live && !readiness.done && !readiness.isStuck && WORKLOADS.includes(kind) ? state.refusalOf(live) : undefined;
  return { ...readiness, ...(refused && { message: `${readiness.message}, ${refused}`, isStuck: true }), kind, namespace, name, process: processName(object), ...(problem && { problem }) };
}

function withUnready(item: Progress, live: Object | undefined, state: WaitState): Progress {
  if (item.problem || item.done) return item;
  const problem = live && state.podsOf(live).map((pod) => unreadyContainer(pod)).find((found) => found !== undefined);
  return problem ? { ...item, problem } : item;
}

/** A Job counts its failures itself, and tries again until it has enough of them. */
const asOf = (kind: string, problem: PodProblem): PodProblem => (kind === 'Job' && problem.hasLog ? { ...problem, outlook: 'patience' } : problem);

const severity = ({ outlook }: PodProblem) => ['fatal', 'suspicious', 'unplaced', 'patience'].indexOf(outlook);
