import { afterEach, expect, it } from 'vitest';
import type { WatchEvent } from '../../lib/api/request';
import type { KubeObject } from '../../lib/api/types';
import { ApiServer } from '../../lib/apiserver/api-server';
import { OBJECT_STORE } from '../../lib/apiserver/store-options';
import { FakeClock } from '../../lib/base/fake-clock';
import { MemoryBackend } from '../../lib/store/memory';

const ended = new AbortController();
afterEach(() => ended.abort());

const setUp = () => {
  const clock = new FakeClock();
  const backend = new MemoryBackend<KubeObject>(OBJECT_STORE);
  const server = new ApiServer({ backend, clock });
  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => server.handle({ method, path, body, headers });
  const watch = async (query: string, signal?: AbortSignal) => (await server.handle({ method: 'GET', path: '/api/v1/namespaces/d/configmaps', query: new URLSearchParams(`watch=1&${query}`), signal })).stream as AsyncIterable<WatchEvent>;
  const create = async (name: string, labels: object) => ((await send('POST', '/api/v1/namespaces/d/configmaps', { metadata: { name, labels } })).body as KubeObject).metadata.resourceVersion ?? '';
  return { clock, backend, send, watch, create };
};

const take = async (stream: AsyncIterable<WatchEvent>, count: number) => {
  const seen: string[] = [];
  for await (const { type, object } of stream) if (seen.push(`${type} ${(object as KubeObject).metadata?.name ?? ''}`) === count) break;
  return seen;
};

it('shows what exists, then what happens, and an object that leaves the selection as deleted', async () => {
  const { watch, create, send } = setUp();
  await create('a', { tier: 'web' });
  const seen = take(await watch('labelSelector=tier%3Dweb'), 3);
  await create('b', { tier: 'db' });
  await create('c', { tier: 'web' });
  await send('PATCH', '/api/v1/namespaces/d/configmaps/a', { metadata: { labels: { tier: 'db' } } }, { 'content-type': 'application/merge-patch+json' });
  expect(await seen).toEqual(['ADDED a', 'ADDED c', 'DELETED a']);
});

it('sends a bookmark before it ends by its time', async () => {
  const { clock, watch, create } = setUp();
  const version = await create('a', {});
  const events: WatchEvent[] = [];
  const stream = await watch(`resourceVersion=${version}&allowWatchBookmarks=true&timeoutSeconds=10`);
  const done = (async () => { for await (const event of stream) events.push(event); })();
  await clock.advance(10_000);
  await done;
  expect(events).toEqual([{ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: version, creationTimestamp: null } } }]);
});

it('answers a version that is gone with an ERROR event of code 410', async () => {
  const { backend, watch, create } = setUp();
  const version = await create('a', {});
  await create('b', {});
  await backend.compact(backend.revision);
  const [event] = await collect(await watch(`resourceVersion=${version}`));
  expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
});

it('gives every watcher the same object, so that it is written as JSON once', async () => {
  const { watch, create } = setUp();
  const streams = await Promise.all([watch(''), watch('')]);
  const first = Promise.all(streams.map(async (stream) => { for await (const { object } of stream) return object; return undefined; }));
  await create('a', {});
  const [left, right] = await first;
  expect(left).toBe(right);
});

async function collect(stream: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
