import { expect, it } from 'vitest';
import type { ApiRequest } from '../../lib/api/request';
import { ConnectionError } from '../../lib/client/connection-error';
import { type Failure, isRepeatable, mayHaveArrived, retryDelay } from '../../lib/client/retry-policy';

const PODS = '/api/v1/namespaces/default/pods';
const get: ApiRequest = { method: 'GET', path: `${PODS}/web` };
const create: ApiRequest = { method: 'POST', path: PODS, body: { kind: 'Pod', metadata: { name: 'web' } } };
const generate: ApiRequest = { method: 'POST', path: PODS, body: { kind: 'Pod', metadata: { generateName: 'web-' } } };
const bind: ApiRequest = { method: 'POST', path: `${PODS}/web/binding`, body: { kind: 'Binding', metadata: { name: 'web' } } };
const patch = (type: string, query?: URLSearchParams): ApiRequest => ({ method: 'PATCH', path: `${PODS}/web`, query, headers: { 'content-type': `application/${type}` }, body: [] });
const answer = (status: number, more: object = {}): Failure => ({ kind: 'refused', status, isStatus: true, ...more });
const silence = (arrived: 'no' | 'unknown', code = 'ECONNRESET', permanent = false): Failure =>
  ({ kind: 'unanswered', error: new ConnectionError('lost', { arrived, permanent, cause: Object.assign(new Error('lost'), { code }) }) });
const delay = (request: ApiRequest, failure: Failure, more: Partial<Parameters<typeof retryDelay>[0]> = {}) =>
  retryDelay({ request, failure, failures: 1, elapsed: 0, patience: 60_000, isKnown: true, ...more });

it('repeats what is as good twice as once', () => {
  const dryRun = new URLSearchParams({ dryRun: 'All' });
  expect([get, create, patch('apply-patch+yaml'), patch('merge-patch+json'), patch('json-patch+json', dryRun), { method: 'DELETE', path: `${PODS}/web` }].map(isRepeatable)).toEqual(Array(6).fill(true));
  expect([generate, bind, patch('json-patch+json')].map(isRepeatable)).toEqual([false, false, false]);
  expect(isRepeatable({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: { kind: 'SelfSubjectAccessReview', spec: {} } })).toBe(true);
  expect(isRepeatable({ method: 'POST', path: '/api/v1/namespaces', body: { kind: 'Namespace', metadata: { name: 'a' } } })).toBe(true);
});

it('repeats everything that has certainly not arrived', () => {
  for (const request of [get, create, generate, bind, patch('json-patch+json')]) expect(delay(request, silence('no'))).toBe(250);
  expect(delay(generate, silence('unknown'))).toBeUndefined();
  expect(delay(create, silence('unknown'))).toBe(250);
});

it('waits longer each time, and not for ever', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((failures) => delay(get, silence('no'), { failures }))).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  expect(delay(get, silence('no'), { failures: 20, elapsed: 54_000 })).toBe(5000);
  expect(delay(get, silence('no'), { failures: 20, elapsed: 56_000 })).toBeUndefined();
});

it('tells a wrong address soon, and a wrong certificate at once', () => {
  expect(delay(get, silence('no', 'ECONNREFUSED'), { isKnown: false, elapsed: 6000 })).toBeUndefined();
  expect(delay(get, silence('no', 'ECONNREFUSED'), { isKnown: false })).toBe(250);
  expect(delay(get, silence('no', 'ENOTFOUND'), { isKnown: false })).toBeUndefined();
  expect(delay(get, silence('no', 'ENOTFOUND'))).toBe(250);
  expect(delay(get, silence('no', 'CERT_HAS_EXPIRED', true))).toBeUndefined();
  expect(delay(get, { kind: 'unanswered', error: new Error('a bug') })).toBeUndefined();
});

it('waits as long as the server asks for', () => {
  expect(delay(bind, answer(429, { retryAfter: 7000 }))).toBe(7000);
  expect(delay(get, answer(429))).toBe(250);
  expect(delay(get, answer(429, { retryAfter: 90_000 }))).toBeUndefined();
  expect(delay({ ...bind, path: `${PODS}/web/eviction` }, answer(429, { retryAfter: 1000 }))).toBeUndefined(); // a disruption budget
});

it('does not believe a server that always fails', () => {
  expect([1, 4, 5].map((failures) => delay(get, answer(500), { failures }) !== undefined)).toEqual([true, true, false]);
  expect([9, 10].map((failures) => delay(get, answer(503), { failures }) !== undefined)).toEqual([true, false]);
  expect(delay(get, { kind: 'refused', status: 502, isStatus: false }, { failures: 30 })).toBe(5000); // a load balancer without a server
  expect(delay({ method: 'GET', path: '/apis/metrics.k8s.io/v1beta1' }, { kind: 'refused', status: 503, isStatus: false }, { failures: 3 })).toBeUndefined();
  expect([delay(get, answer(501)), delay(generate, answer(500))]).toEqual([undefined, undefined]);
  expect(delay(generate, answer(503, { retryAfter: 1000 }))).toBe(1000); // it has not begun
});

it('knows what may have been done all the same', () => {
  expect([silence('no'), answer(429)].map(mayHaveArrived)).toEqual([false, false]);
  expect([silence('unknown'), answer(500), answer(504)].map(mayHaveArrived)).toEqual([true, true, true]);
});
