import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../lib/api/request';
import type { KubeObject } from '../../lib/api/types';
import { objectsOfApplication, withoutKept } from '../../lib/apply/delete';
import { encodeRelease, type Identity, type Release } from '../../lib/apply/releases/release';
import { createClient } from '../../lib/client/api-client';

const object = (kind: string, name: string, namespace?: string, keep?: string) => ({ apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }), ...(keep && { annotations: { 'twelve-factor.dev/keep': keep } }) } }) as KubeObject;

it('what is to outlive its application is not deleted with it, unless its namespace goes', () => {
  const names = (list: readonly { readonly metadata: { readonly name?: string } }[]) => list.map(({ metadata }) => metadata.name);
  const { objects, kept } = withoutKept([object('Secret', 'a', 'shop'), object('Secret', 'b', 'shop', 'true'), object('Secret', 'c', 'shop', 'false'), object('Namespace', 'other'), object('Secret', 'd', 'other', 'true')]);
  expect([names(objects), names(kept)]).toEqual([['a', 'c', 'other', 'd'], ['b']]);
});

describe('what an application has where not every API answers', () => {
  const release = (inventory: readonly Identity[]): Release => ({ application: 'shop', number: 1, status: 'deployed', at: '', by: 'me', summary: '', objects: [], inventory });
  const resource = (name: string, kind: string) => ({ name, kind, namespaced: true, verbs: ['list', 'delete'] });

  /** A server with ConfigMaps and Secrets, a kind that went a moment ago, and an API that is away. */
  function find(inventory: readonly Identity[] = []) {
    const answers: Record<string, readonly [number, object]> = {
      '/apis': [200, { groups: [{ versions: [{ groupVersion: 'example.com/v1' }] }, { versions: [{ groupVersion: 'gone.dev/v1' }] }] }],
      '/api/v1': [200, { resources: [resource('configmaps', 'ConfigMap'), resource('secrets', 'Secret')] }],
      '/apis/gone.dev/v1': [200, { resources: [resource('widgets', 'Widget')] }],
      '/apis/example.com/v1': [503, { kind: 'Status', status: 'Failure', reason: 'ServiceUnavailable', message: 'service unavailable', code: 503 }],
      '/api/v1/configmaps': [200, { items: [{ metadata: { name: 'a' } }] }],
      '/api/v1/secrets': [200, { items: [encodeRelease(release(inventory), 'default')] }],
    };
    const missing = [404, { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'the server could not find the requested resource', code: 404 }] as const;
    const client = createClient(({ path }: ApiRequest) => {
      const [status, body] = answers[path.split('?')[0]] ?? missing;
      return Promise.resolve({ status, body });
    });
    const unanswered: (readonly string[])[] = [];
    return { unanswered, found: objectsOfApplication(client, 'shop', undefined, { onUnanswered: (groups) => unanswered.push(groups) }), strict: () => objectsOfApplication(client, 'shop', undefined) };
  }

  it('is told, with the APIs that do not answer, when no release has anything there', async () => {
    const { unanswered, found } = find([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }]);
    expect((await found).map(({ metadata }) => metadata.name)).toEqual(['a', 'shop.release-1']);
    expect(unanswered).toEqual([['example.com/v1']]);
  });

  it('is refused when a release has something there, in whichever version', async () => {
    const { found } = find([{ apiVersion: 'example.com/v1beta1', kind: 'Widget', namespace: 'default', name: 'blue' }]);
    await expect(found).rejects.toThrow('these API groups do not answer: example.com/v1, and shop has Widget/blue there; try again when they do');
  });

  it('is refused when nobody wants to be told', async () => {
    await expect(find().strict()).rejects.toThrow('these API groups do not answer: example.com/v1, and shop may have something there');
  });
});
