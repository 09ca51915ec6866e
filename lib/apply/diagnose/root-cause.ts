import type { DeepReadonly } from '../../base/deep-readonly';
import { resourceOf, resourcePath } from '../../api/kinds';
import type { ApiRequest } from '../../api/request';
import type { Event } from '../../api/types';
import { answered } from '../../client/answered';
import type { Client } from '../../client/client';
import type { PodProblem } from './pod-problem';

const LOG_LINES = 10;

/** What a person needs to see to know why: the problem, what the cluster says about it, and the program's last words. */
export async function explainProblem(client: Client, namespace: string, problem: PodProblem): Promise<readonly string[]> {
  const [warnings, log] = await Promise.all([
    client.list('Event', { namespace, fieldSelector: `involvedObject.name=${problem.pod}` }).then(({ items }) => lastWarnings(items), () => []),
    problem.hasLog ? lastLines(client, namespace, problem).catch(() => []) : [],
  ]);
  const where = problem.container ? `pod ${problem.pod}, container ${problem.container}` : `pod ${problem.pod}`;
  return [
    `${problem.reason}: ${problem.message}`,
    `  ${where}`,
    ...warnings.filter((warning) => !warning.includes(problem.message)).map((warning) => `  event  ${warning}`),
    ...log.map((line) => `  log    ${line}`),
  ];
}

/** The latest Warning of each reason, at most three. Pure. */
export function lastWarnings(events: readonly DeepReadonly<Event>[]): readonly string[] {
  const time = (event: DeepReadonly<Event>) => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
  const latest = new Map<string, DeepReadonly<Event>>();
  for (const event of [...events].sort((a, b) => time(a).localeCompare(time(b)))) if (event.type === 'Warning') latest.set(event.reason ?? '', event);
  return [...latest.values()].slice(-3).map(({ reason, message, count = 1 }) => `${reason}: ${message?.trim()}${count > 1 ? ` (${count} times)` : ''}`);
}

async function lastLines(client: Client, namespace: string, { pod, container, previous }: PodProblem): Promise<readonly string[]> {
  const request: ApiRequest = {
    method: 'GET', path: resourcePath(resourceOf('Pod'), { namespace, name: pod, subresource: 'log' }),
    query: new URLSearchParams({ tailLines: String(LOG_LINES), ...(container && { container }), ...(previous && { previous: 'true' }) }),
  };
  const { stream, body } = answered(await client.transport(request), request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const text = stream ? Buffer.concat(chunks).toString('utf8') : String(body ?? '');
  return text.split('\n').map((line) => line.trimEnd()).filter(Boolean).slice(-LOG_LINES);
}
