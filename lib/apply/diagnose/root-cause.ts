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
  const [warnings, log, claims] = await Promise.all([
    warningsAbout(client, { namespace, kind: 'Pod', name: problem.pod }),
    problem.hasLog ? lastLines(client, namespace, problem).catch(() => []) : [],
    problem.hasLog || problem.container ? [] : unboundClaims(client, namespace, problem.pod).catch(() => []),
  ]);
  const where = problem.container ? `pod ${problem.pod}, container ${problem.container}` : `pod ${problem.pod}`;
  return [
    `${problem.reason}: ${problem.message}`,
    `  ${where}`,
    ...warnings.filter((warning) => !warning.includes(problem.message)).map((warning) => `  event  ${warning}`),
    ...claims.map((line) => `  ${line}`),
    ...log.map((line) => `  log    ${line}`),
  ];
}

/** What the cluster has warned of lately about an object. Who may not read events learns nothing. */
export async function warningsAbout(client: Client, { namespace, kind, name }: { readonly namespace?: string; readonly kind: string; readonly name: string }): Promise<readonly string[]> {
  return client.list('Event', { namespace, fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}` }).then(({ items }) => lastWarnings(items), () => []);
}

/** The claims of a pod that have no volume, with what their provisioner says. */
async function unboundClaims(client: Client, namespace: string, name: string): Promise<readonly string[]> {
  const pod = await client.get('Pod', { namespace, name });
  const names = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim, ephemeral, name: volume }) => persistentVolumeClaim?.claimName ?? (ephemeral ? `${name}-${volume}` : []));
  const lines = await Promise.all(names.map(async (claim) => {
    const found = await client.tryGet('PersistentVolumeClaim', { namespace, name: claim });
    if (found?.status?.phase === 'Bound') return [];
    const { items } = await client.list('Event', { namespace, fieldSelector: `involvedObject.kind=PersistentVolumeClaim,involvedObject.name=${claim}` });
    const told = [...items].sort((a, b) => timeOf(a).localeCompare(timeOf(b))).at(-1); // also a Normal one: what is waited for
    return [`claim  ${claim}: ${found?.status?.phase ?? 'it does not exist'}${found?.spec.storageClassName ? `, storage class ${found.spec.storageClassName}` : ''}`, ...(told ? [`event  ${told.reason}: ${told.message?.trim()}`] : [])];
  }));
  return lines.flat();
}

const timeOf = (event: DeepReadonly<Event>) => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';

/** The latest Warning of each reason, at most three. Pure. */
export function lastWarnings(events: readonly DeepReadonly<Event>[]): readonly string[] {
  const latest = new Map<string, DeepReadonly<Event>>();
  for (const event of [...events].sort((a, b) => timeOf(a).localeCompare(timeOf(b)))) if (event.type === 'Warning') latest.set(event.reason ?? '', event);
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
