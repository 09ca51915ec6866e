import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject, Pod, ReplicaSet } from '../api/types';
import type { Client } from '../client/client';
import { processName } from './application';
import { podProblem, type PodProblem } from './diagnose/pod-problem';
import { podsOf } from './diagnose/pods-of';
import { hasReadiness, readinessOf } from './readiness/index';
import type { Readiness } from './readiness/readiness';
import { watchObjects } from './watch-objects';

type Object = DeepReadonly<KubeObject>;

/** How far one object is. */
export interface Progress extends Readiness {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** What a person calls it. */
  readonly process: string;
  /** The worst problem of its pods. */
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
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Pod'];

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
    const state = await openState({ client, waited, clock, signal: stop.signal, onChange });
    for (;;) {
      signal.throwIfAborted();
      changed = false;
      const progress = waited.map((object) => progressOf(object, state));
      onProgress(progress);
      const live = waited.flatMap((object) => state.find(object) ?? []);
      if (progress.every(({ done, successful }) => done && successful)) return { outcome: 'ready', progress, live };
      const patience = hopeless(progress, suspectedSince, clock.now());
      if (patience <= 0) return { outcome: 'failed', progress, live };
      const left = deadline - clock.now();
      if (left <= 0) return { outcome: 'timeout', progress, live };
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

/** Milliseconds until waiting has no more sense: 0 when it has none now, Infinity when nothing speaks against it. */
export function hopeless(progress: readonly Progress[], suspectedSince: Map<string, number>, now: number): number {
  let patience = Infinity;
  const suspected = new Set<string>();
  for (const { done, successful, problem } of progress) {
    if (done && !successful) return 0;
    if (done || !problem) continue;
    if (problem.outlook === 'fatal') return 0;
    if (problem.outlook === 'patience') continue;
    const key = `${problem.pod}/${problem.reason}`;
    suspected.add(key);
    const since = suspectedSince.get(key) ?? now;
    suspectedSince.set(key, since);
    patience = Math.min(patience, since + SUSPICION - now);
  }
  for (const key of suspectedSince.keys()) if (!suspected.has(key)) suspectedSince.delete(key);
  return patience;
}

interface State {
  find(object: Object): Object | undefined;
  pods(namespace: string | undefined): readonly DeepReadonly<Pod>[];
  replicaSets(namespace: string | undefined): readonly DeepReadonly<ReplicaSet>[];
}

function progressOf(object: Object, state: State): Progress {
  const { kind, metadata: { namespace, name = '' } } = object;
  const live = state.find(object);
  const readiness = readinessOf(live);
  const pods = !live || (readiness.done && readiness.successful) || !WORKLOADS.includes(kind) ? [] : podsOf(live, state.pods(namespace), state.replicaSets(namespace));
  const problem = pods.map((pod) => podProblem(pod)).filter((found) => found !== undefined).map((found) => asOf(kind, found)).sort((a, b) => severity(a) - severity(b))[0];
  return { ...readiness, kind, namespace, name, process: processName(object), ...(problem && { problem }) };
}

/** A Job counts its failures itself, and tries again until it has enough of them. */
const asOf = (kind: string, problem: PodProblem): PodProblem => (kind === 'Job' && problem.hasLog ? { ...problem, outlook: 'patience' } : problem);

const severity = ({ outlook }: PodProblem) => ['fatal', 'suspicious', 'patience'].indexOf(outlook);

interface StateOptions extends Pick<WaitOptions, 'client' | 'clock' | 'signal'> {
  readonly waited: readonly Object[];
  readonly onChange: () => void;
}

async function openState({ client, waited, clock, signal, onChange }: StateOptions): Promise<State> {
  const watches = new Map<string, Promise<ReadonlyMap<string, Object>>>();
  const keyOf = (apiVersion: string, kind: string, namespace = '') => `${apiVersion} ${kind} ${namespace}`;
  const open = (apiVersion: string, kind: string, namespace?: string) => {
    const key = keyOf(apiVersion, kind, namespace);
    if (!watches.has(key)) watches.set(key, watchObjects({ client, type: { apiVersion, kind }, namespace, clock, signal, onChange }));
  };
  for (const { apiVersion, kind, metadata: { namespace } } of waited) {
    open(apiVersion, kind, namespace);
    if (WORKLOADS.includes(kind)) open('v1', 'Pod', namespace);
    if (kind === 'Deployment') open('apps/v1', 'ReplicaSet', namespace);
  }
  const opened = new Map(await Promise.all([...watches].map(async ([key, objects]) => [key, await objects] as const)));
  const all = <T>(apiVersion: string, kind: string, namespace?: string) =>
    [...(opened.get(keyOf(apiVersion, kind, namespace))?.values() ?? [])] as unknown as readonly DeepReadonly<T>[];
  return {
    find: ({ apiVersion, kind, metadata: { namespace, name = '' } }) => opened.get(keyOf(apiVersion, kind, namespace))?.get(name),
    pods: (namespace) => all<Pod>('v1', 'Pod', namespace),
    replicaSets: (namespace) => all<ReplicaSet>('apps/v1', 'ReplicaSet', namespace),
  };
}
