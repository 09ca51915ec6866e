import type { ServerResponse } from 'node:http';
import { drained } from '../../../base/drained';
import type { ContainerState, LogChunk, LogOptions } from '../../../cri/cri';
import { HttpError, type Endpoint } from './endpoint';
import { containersNamed, findPod } from './find-container';
import { nameOf, type ReadonlyPod } from '../../kubelet-context';

/** `kubectl logs`. */
export const containerLogs: Endpoint = {
  path: '/containerLogs/:namespace/:pod/:container',

  async handle(call) {
    const { query, context, response, request, params } = call;
    const containers = await containersNamed(call);
    const container = query.get('previous') === 'true' ? previous(containers, params.pod, params.container) : latest(containers, findPod(call), params.container);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    request.once('aborted', () => gone.abort());
    const options = { ...logOptions(query, context.clock.now()), signal: gone.signal };
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.flushHeaders();
    await copyLimited(context.cri.containerLogs(container.id, options), response, limitOf(query));
    response.end();
  },
};

/** Between a crash and the next start the newest is the one that ended. */
function previous(containers: readonly ContainerState[], pod: string, name: string): ContainerState {
  const last = containers[0]?.state === 'exited' ? containers[0] : containers.slice(1).find(({ state }) => state === 'exited');
  if (!last) throw new HttpError(400, `previous terminated container "${name}" in pod "${pod}" not found`);
  return last;
}

function latest(containers: readonly ContainerState[], pod: ReadonlyPod, name: string): ContainerState {
  const started = containers.find(({ state }) => state !== 'created');
  if (started) return started;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])];
  const reason = statuses.find((status) => status.name === name)?.state?.waiting?.reason ?? 'ContainerCreating';
  const why = reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
  throw new HttpError(400, `container "${name}" in pod "${nameOf(pod)}" is waiting to start: ${why}`);
}

/** Pure. */
export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const tail = query.get('tailLines');
  const sinceSeconds = query.get('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const since = sinceTime ? Date.parse(sinceTime) : sinceSeconds ? now - Number(sinceSeconds) * 1000 : undefined;
  return {
    follow: query.get('follow') === 'true',
    timestamps: query.get('timestamps') === 'true',
    ...(tail !== null && tail !== '' && { tail: Number(tail) }),
    ...(since !== undefined && { since }),
  };
}

const limitOf = (query: URLSearchParams) => (query.get('limitBytes') ? Number(query.get('limitBytes')) : Infinity);

async function copyLimited(chunks: AsyncIterable<LogChunk>, response: ServerResponse, limit: number): Promise<void> {
  let remaining = limit;
  for await (const { data } of chunks) {
    const piece = data.length > remaining ? data.subarray(0, remaining) : data;
    remaining -= piece.length;
    if (!response.write(piece)) await drained(response);
    if (remaining <= 0 || response.destroyed) return;
  }
}
