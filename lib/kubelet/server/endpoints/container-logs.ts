import type { ServerResponse } from 'node:http';
import { drained } from '../../../base/drained';
import type { ContainerState, LogChunk, LogOptions } from '../../../cri/cri';
import { HttpError, type Endpoint } from './endpoint';
import { containersNamed } from './find-container';

/** `kubectl logs`. */
export const containerLogs: Endpoint = {
  path: '/containerLogs/:namespace/:pod/:container',

  async handle(call) {
    const { query, context, response, request, params } = call;
    const container = choose(await containersNamed(call), query.get('previous') === 'true', `${params.pod}`, params.container);
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

function choose(containers: readonly ContainerState[], previous: boolean, pod: string, name: string): ContainerState {
  const [newest, ...older] = containers;
  if (previous) {
    // Between a crash and the next start the newest is the one that ended.
    const last = newest?.state === 'exited' ? newest : older.find(({ state }) => state === 'exited');
    if (!last) throw new HttpError(400, `previous terminated container "${name}" in pod "${pod}" not found`);
    return last;
  }
  const started = newest?.state === 'created' ? older[0] : newest;
  if (!started) throw new HttpError(400, `container "${name}" in pod "${pod}" is waiting to start: ContainerCreating`);
  return started;
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
