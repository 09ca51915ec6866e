import { expect, it } from 'vitest';
import type { ApiRequest, ApiResponse, Transport } from '../../lib/api/request';
import { newStatus } from '../../lib/api/status-error';
import { FakeClock } from '../../lib/base/fake-clock';
import { bounded } from '../../lib/client/bounded-transport';
import { ConnectionError } from '../../lib/client/connection-error';
import { type OutageEvent, retrying, type RetryOptions } from '../../lib/client/retrying-transport';
import { isWritten } from '../../lib/client/settle-repeated';

const PODS = '/api/v1/namespaces/default/pods';
const web = { kind: 'Pod', metadata: { name: 'web', labels: { a: 'b' } }, spec: { containers: [{ name: 'main', image: 'i' }] } };
const ok: ApiResponse = { status: 200, body: 'ok' };
const refuse = (status: number, headers = {}): ApiResponse => ({ status, headers, body: newStatus(status, '', `it is ${status}`) });
const lost = (arrived: 'no' | 'unknown' = 'no') => new ConnectionError('cannot reach it', { arrived });

/** Answers one by one; the last for ever. */
function scripted(...answers: readonly (ApiResponse | Error)[]) {
  const seen: ApiRequest[] = [];
  const transport: Transport = (request) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(request);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { transport, seen };
}

function subject(transport: Transport, options: Partial<RetryOptions> = {}) {
  const clock = new FakeClock();
  const events: OutageEvent[] = [];
  const send = retrying(transport, { clock, random: () => 0, patience: 60_000, onOutage: (event) => events.push(event), ...options });
  /** The answer, when time goes on. */
  const finish = async (request: ApiRequest, milliseconds = 300_000) => {
    const answer = send(request).then((response) => ({ response, error: undefined }), (error: unknown) => ({ response: undefined, error: error as Error }));
    await clock.advance(milliseconds);
    return answer;
  };
  return { send, finish, clock, events };
}

it('gives the answer that comes in the end, and says once that it waits and once that it is over', async () => {
  const { transport, seen } = scripted(ok, lost(), lost(), lost(), lost(), ok);
  const { finish, events } = subject(transport);
  await finish({ method: 'GET', path: PODS });
  const { response } = await finish({ method: 'GET', path: PODS });
  expect(response).toEqual(ok);
  expect(seen).toHaveLength(6);
  expect(events).toEqual([{ state: 'waiting', why: 'cannot reach it' }, { state: 'over', after: 3750 }]);
});

it('says nothing about a hiccup', async () => {
  const { transport } = scripted(lost(), refuse(500), ok);
  const { finish, events } = subject(transport);
  expect((await finish({ method: 'GET', path: PODS })).response).toEqual(ok);
  expect(events).toEqual([]);
});

it('ends with what was tried for how long', async () => {
  const { finish } = subject(scripted(ok, lost()).transport, { patience: 20_000 });
  await finish({ method: 'GET', path: PODS });
  expect((await finish({ method: 'GET', path: PODS })).error).toMatchObject({ name: 'ConnectionError', message: `cannot reach it (GET ${PODS} was tried 8 times in 18 s)` });
  const refused = subject(scripted(refuse(500)).transport);
  expect((await refused.finish({ method: 'GET', path: PODS })).response).toMatchObject({ status: 500, body: { message: `it is 500 (GET ${PODS} was tried 5 times in 3.8 s)` } });
});

it('does not wait for a server that has never answered', async () => {
  const { transport, seen } = scripted(lost());
  const { finish } = subject(transport);
  expect((await finish({ method: 'GET', path: PODS }, 5_000)).error?.message).toMatch(/was tried 5 times in 3.8 s/);
  expect(seen).toHaveLength(5);
});

it('respects Retry-After, in the header and in the Status', async () => {
  for (const busy of [refuse(429, { 'retry-after': '9' }), { status: 429, body: newStatus(429, 'TooManyRequests', 'later', { retryAfterSeconds: 9 }) }]) {
    const { transport, seen } = scripted(busy, ok);
    const { send, clock } = subject(transport);
    const answer = send({ method: 'POST', path: `${PODS}/web/binding`, body: {} });
    await clock.advance(8_900);
    expect(seen).toHaveLength(1);
    await clock.advance(200);
    expect(await answer).toEqual(ok);
  }
});

it('gives up an attempt that hangs, and tries again', async () => {
  let attempts = 0;
  const hanging: Transport = ({ signal }) => {
    attempts += 1;
    if (attempts !== 2) return Promise.resolve(ok);
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const { finish } = subject(hanging, { attemptTimeout: 30_000 });
  await finish({ method: 'GET', path: PODS });
  expect((await finish({ method: 'GET', path: PODS }, 31_000)).response).toEqual(ok);
  expect(attempts).toBe(3);
});

it('ends at once when the person does not want any more', async () => {
  const abort = new AbortController();
  const { send, clock } = subject(scripted(ok, lost()).transport, { signal: abort.signal });
  await send({ method: 'GET', path: PODS });
  const answer = send({ method: 'GET', path: PODS }).catch((error: Error) => error.message);
  await clock.advance(1_000);
  abort.abort();
  expect(await answer).toMatch(/^cannot reach it/);
});

it('takes a deletion as done when the object is gone at the second attempt', async () => {
  const remove = (body: object = {}): ApiRequest => ({ method: 'DELETE', path: `${PODS}/web`, body });
  const after = async (first: Error, second: ApiResponse, request = remove()) => (await subject(scripted(first, second).transport).finish(request)).response?.status;
  expect(await after(lost('unknown'), refuse(404))).toBe(200);
  expect(await after(lost('unknown'), refuse(409), remove({ preconditions: { uid: '1' } }))).toBe(200);
  expect(await after(lost('unknown'), refuse(409), remove({ preconditions: { uid: '1', resourceVersion: '2' } }))).toBe(409);
  expect(await after(lost('no'), refuse(404))).toBe(404); // the first attempt has not deleted it
});

it('takes a creation as done when what is there is what was sent', async () => {
  const create: ApiRequest = { method: 'POST', path: PODS, body: web };
  const live = (image: string): ApiResponse => ({ status: 200, body: { ...web, metadata: { ...web.metadata, uid: '1' }, spec: { containers: [{ name: 'main', image, imagePullPolicy: 'Always' }] } } });
  const mine = scripted(lost('unknown'), refuse(409), live('i'));
  expect((await subject(mine.transport).finish(create)).response).toMatchObject({ status: 200, body: { metadata: { uid: '1' } } });
  expect(mine.seen[2]).toMatchObject({ method: 'GET', path: `${PODS}/web` });
  expect((await subject(scripted(lost('unknown'), refuse(409), live('other')).transport).finish(create)).response?.status).toBe(409);
  expect((await subject(scripted(lost('no'), refuse(409), live('i')).transport).finish(create)).response?.status).toBe(409);
});

it('takes a replacement as done although the version is another one', async () => {
  const replace: ApiRequest = { method: 'PUT', path: `${PODS}/web`, body: { ...web, metadata: { ...web.metadata, resourceVersion: '5' } } };
  const { transport } = scripted(lost('unknown'), refuse(409), { status: 200, body: { ...web, metadata: { ...web.metadata, resourceVersion: '6' } } });
  expect((await subject(transport).finish(replace)).response).toMatchObject({ status: 200, body: { metadata: { resourceVersion: '6' } } });
});

it('compares what was sent, and nothing else', () => {
  expect(isWritten({ metadata: { name: 'a', resourceVersion: '1' }, data: { a: '1' } }, { metadata: { name: 'a', resourceVersion: '2' }, data: { a: '1' } })).toBe(true);
  expect(isWritten({ metadata: { name: 'a' }, data: { a: '1' } }, { metadata: { name: 'a' }, data: { a: '2' } })).toBe(false);
  expect(isWritten({ metadata: { name: 'a' }, spec: 1, status: { a: 1 } }, { metadata: { name: 'a' }, spec: 2, status: { a: 1 } }, true)).toBe(true);
});

it('has no more requests under way than the server is asked to bear', async () => {
  let running = 0;
  let most = 0;
  const answers: (() => void)[] = [];
  const transport = bounded(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => answers.push(resolve));
    running -= 1;
    return ok;
  }, 3);
  const all = Promise.all(Array.from({ length: 10 }, () => transport({ method: 'GET', path: PODS })));
  while (answers.length > 0 || running > 0) {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await all).toHaveLength(10);
  expect(most).toBe(3);
});
