import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { APP_LABEL } from '../api/label-keys';
import { resourceOf, resourcePath } from '../api/kinds';
import type { ApiRequest } from '../api/request';
import { isNotFound } from '../api/status-error';
import type { KubeObject, Pod } from '../api/types';
import { answered } from '../client/answered';
import type { Client } from '../client/client';
import { processName } from './application';
import { selects } from './diagnose/pods-of';
import { watchObjects } from './watch-objects';

export interface LogOptions {
  readonly client: Client;
  readonly namespace: string;
  readonly application: string;
  /** Only these. @default all */
  readonly processes?: readonly string[];
  /** Only containers of this name. @default all */
  readonly container?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  /** Lines from the end of each log. @default all; the last 10 when following */
  readonly tail?: number;
  /** Seconds back. @default everything */
  readonly since?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLine: (source: LogSource, line: string) => void;
}

export interface LogSource {
  readonly process: string;
  readonly pod: string;
  readonly container: string;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const;

/** The logs of an application's processes. Following, containers that start later are joined, until the signal aborts. Resolves with the number of containers. */
export async function followLogs(options: LogOptions): Promise<number> {
  const { client, namespace, follow, clock, signal } = options;
  const workloads = (await Promise.all(WORKLOADS.map((kind) => client.list(kind, { namespace, labelSelector: `${APP_LABEL}=${options.application}` }).then(({ items }) => items as unknown as readonly DeepReadonly<KubeObject>[])))).flat();
  const sourcesIn = (pods: Iterable<DeepReadonly<Pod>>) => [...pods].flatMap((pod) => logSources(pod, workloads, options));
  if (!follow) {
    const sources = sourcesIn((await client.list('Pod', { namespace })).items);
    for (const source of sources) await readLog(source, options);
    return sources.length;
  }

  const seen = new Set<string>();
  const running: Promise<void>[] = [];
  let pods: ReadonlyMap<string, DeepReadonly<KubeObject>> = new Map();
  const join = () => {
    for (const source of sourcesIn(pods.values() as unknown as Iterable<DeepReadonly<Pod>>)) {
      const key = `${source.pod}/${source.container}/${source.run}`;
      if (seen.has(key)) continue;
      seen.add(key);
      running.push(readLog(source, options).catch((error: unknown) => {
        if (!signal.aborted) options.onLine(source, `(the log ended: ${error instanceof Error ? error.message : String(error)})`);
      }));
    }
  };
  pods = await watchObjects({ client, type: { apiVersion: 'v1', kind: 'Pod' }, namespace, clock, signal, onChange: join });
  join();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.allSettled(running);
  return seen.size;
}

/** A started container, with the number of its run: a restart is a new log to follow. */
interface Run extends LogSource {
  readonly run: number;
}

/** The containers of a pod that have something to read. Pure. */
export function logSources(pod: DeepReadonly<Pod>, workloads: readonly DeepReadonly<KubeObject>[], { application, processes = [], container: only, previous }: Pick<LogOptions, 'application' | 'processes' | 'container' | 'previous'>): readonly Run[] {
  const owner = workloads.find((workload) => selects(workload, pod.metadata.labels));
  if (!owner && pod.metadata.labels?.[APP_LABEL] !== application) return [];
  const name = processName(owner ?? pod);
  if (processes.length > 0 && !processes.includes(name)) return [];
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])];
  return statuses.filter(({ name: container }) => only === undefined || container === only).filter(({ state, restartCount }) => (previous ? restartCount > 0 : Boolean(state?.running ?? state?.terminated) || restartCount > 0))
    .map(({ name: container, restartCount }) => ({ process: name, pod: pod.metadata.name ?? '', container, run: restartCount }));
}

async function readLog(source: Run, { client, namespace, follow, previous, tail = follow ? 10 : undefined, since, signal, onLine }: LogOptions): Promise<void> {
  const request: ApiRequest = {
    method: 'GET', signal, path: resourcePath(resourceOf('Pod'), { namespace, name: source.pod, subresource: 'log' }),
    query: new URLSearchParams({
      container: source.container, ...(follow && { follow: 'true' }), ...(previous && { previous: 'true' }),
      ...(tail !== undefined && { tailLines: String(tail) }), ...(since !== undefined && { sinceSeconds: String(since) }),
    }),
  };
  let response;
  try {
    response = answered(await client.transport(request), request);
  } catch (error) {
    if (isNotFound(error)) return; // the pod has gone meanwhile
    throw error;
  }
  const decoder = new TextDecoder();
  let rest = typeof response.body === 'string' ? response.body : '';
  for await (const chunk of response.stream ?? []) {
    if (!(chunk instanceof Uint8Array)) continue;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(source, line);
  }
  for (const line of rest.split('\n')) if (line) onLine(source, line);
}
