import type { Clock } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { resourceOf, resourcePath } from '../../api/kinds';
import type { ApiRequest } from '../../api/request';
import type { Pod } from '../../api/types';
import { answered } from '../../client/answered';
import type { Streams, StreamsOptions } from '../../client/container-streams';
import type { Client } from '../../client/client';
import { podProblem } from '../diagnose/pod-problem';
import { explainProblem } from '../diagnose/root-cause';
import { watchObjects } from '../watch-objects';
import type { Terminal } from './terminal';

export interface RunOneOffOptions {
  readonly client: Client;
  readonly pod: Pod;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds until the command has been started; it may take as long as it wants then. 0: as long as it takes. */
  readonly timeout: number;
  readonly terminal: Terminal;
  readonly attach: (options: StreamsOptions) => Promise<Streams>;
  /** Called when a person can type. */
  readonly onPrompt?: () => void;
}

/**
 * Runs the pod to its end and resolves with the exit code of its command. The pod is removed in any case, also when the signal aborts. Output is read from the log, so that nothing of a fast command is missed; on a terminal
 * it comes by the attachment. Rejects with the root cause when the command cannot be started, or not in time.
 */
export async function runOneOff(options: RunOneOffOptions): Promise<number> {
  const { client, pod, signal } = options;
  const { namespace = '', name = '' } = pod.metadata;
  await client.create(pod);
  try {
    signal.throwIfAborted();
    return await follow(options);
  } finally {
    await client.tryDelete('Pod', { namespace, name }, { propagationPolicy: 'Background' });
  }
}

async function follow(options: RunOneOffOptions): Promise<number> {
  const { client, pod: { metadata: { namespace = '', name = '' } }, clock, signal, timeout, terminal } = options;
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let wake: () => void = () => undefined;
  let pods: ReadonlyMap<string, unknown> = new Map();
  const until = async <T>(question: (pod: DeepReadonly<Pod>) => T | undefined): Promise<T> => {
    for (;;) {
      stop.signal.throwIfAborted();
      const live = pods.get(name) as DeepReadonly<Pod> | undefined;
      if (!live) throw new Error(`the pod ${name} was removed by somebody else`);
      const answer = question(live);
      if (answer !== undefined) return answer;
      await new Promise<void>((resolve) => { wake = resolve; });
    }
  };
  stop.signal.addEventListener('abort', () => wake(), { once: true });
  let isLate = false;
  const cancel = timeout > 0 ? clock.setTimer(timeout, () => {
    isLate = true;
    wake();
  }) : () => undefined;
  try {
    pods = await watchObjects({ client, type: { apiVersion: 'v1', kind: 'Pod' }, namespace, fieldSelector: `metadata.name=${name}`, clock, signal: stop.signal, onChange: () => wake() });
    const start = await until((pod) => started(pod) ?? (isLate ? 'late' : undefined));
    cancel();
    if (start === 'failed' || start === 'late') throw new Error(await explain(options, pods.get(name) as DeepReadonly<Pod>, start === 'late' ? ` within ${timeout / 1000} s (--timeout)` : ''));
    await (terminal.tty && start === 'running' ? interact(options, stop.signal) : print(options, start, stop.signal));
    return await until(exitCode);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** `failed`: it will not start by itself. */
function started(pod: DeepReadonly<Pod>): 'running' | 'ended' | 'failed' | undefined {
  const state = pod.status?.containerStatuses?.[0]?.state;
  if (state?.terminated) return 'ended';
  if (state?.running) return 'running';
  const problem = podProblem(pod);
  return problem?.outlook === 'fatal' || pod.status?.phase === 'Failed' ? 'failed' : undefined;
}

function exitCode(pod: DeepReadonly<Pod>): number | undefined {
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  return ended ? ended.exitCode : pod.status?.phase === 'Failed' ? 1 : undefined;
}

async function explain({ client }: RunOneOffOptions, pod: DeepReadonly<Pod>, when: string): Promise<string> {
  const problem = podProblem(pod);
  const head = `the command was not started${when}`;
  return problem ? [head, ...await explainProblem(client, pod.metadata.namespace ?? '', problem)].join('\n') : `${head}: ${pod.status?.message ?? pod.status?.reason ?? (when ? 'its pod waits' : 'the pod has failed')}`;
}

async function interact({ client, terminal, pod, attach, onPrompt }: RunOneOffOptions, signal: AbortSignal): Promise<void> {
  let waiting: Buffer[] | undefined = [];
  const attachment = await attach({ ...place(pod), stdin: true, output: true, tty: true, onOutput: (data) => {
    if (!waiting) return terminal.write(data);
    waiting.push(Buffer.from(data));
    return undefined;
  } });
  signal.addEventListener('abort', () => attachment.close(), { once: true });
  onPrompt?.();
  terminal.connect(attachment, 'close');
  // What it said before somebody was there to hear it.
  const before: Buffer[] = [];
  await readLog(client, pod, { follow: false, signal }, (data) => void before.push(Buffer.from(data))).catch(() => undefined);
  await terminal.write(joinOverlapping(Buffer.concat(before), Buffer.concat(waiting)));
  waiting = undefined;
  await attachment.ended.catch(() => undefined); // how the command ended is told by the pod
}

/** Both, without the end of the first that the second begins with. Pure. */
export function joinOverlapping(first: Buffer, second: Buffer): Buffer {
  for (let length = Math.min(first.length, second.length); length > 0; length -= 1) {
    if (first.subarray(first.length - length).equals(second.subarray(0, length))) return Buffer.concat([first, second.subarray(length)]);
  }
  return Buffer.concat([first, second]);
}

async function print({ client, terminal, pod, attach }: RunOneOffOptions, start: 'running' | 'ended', signal: AbortSignal): Promise<void> {
  const attachment = terminal.stdin && start === 'running' ? await attach({ ...place(pod), stdin: true, output: false, tty: false, onOutput: () => undefined }).catch(() => undefined) : undefined;
  if (attachment) terminal.connect(attachment, 'close'); // without one the container has ended meanwhile, and needs no input
  await readLog(client, pod, { follow: true, signal }, (data) => terminal.write(data));
}

async function readLog(client: Client, pod: Pod, { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal }, onData: (data: Uint8Array) => void | Promise<void>): Promise<void> {
  const { namespace, pod: name, container } = place(pod);
  const request: ApiRequest = { method: 'GET', signal, path: resourcePath(resourceOf('Pod'), { namespace, name, subresource: 'log' }), query: new URLSearchParams({ container, ...(follow && { follow: 'true' }) }) };
  const { stream, body } = answered(await client.transport(request), request);
  for await (const chunk of stream ?? []) if (chunk instanceof Uint8Array) await onData(chunk);
  if (!stream && typeof body === 'string') await onData(Buffer.from(body));
}

const place = ({ metadata: { namespace = '', name = '' }, spec }: Pod) => ({ namespace, pod: name, container: spec.containers[0]?.name ?? '' });
