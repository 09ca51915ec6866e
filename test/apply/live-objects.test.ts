import { expect, it } from 'vitest';
import { newStatus, StatusError } from '../../lib/api/status-error';
import type { KubeObject } from '../../lib/api/types';
import type { Client } from '../../lib/client/client';
import { liveObjects } from '../../lib/apply/live-objects';

const configMap = (name: string, namespace = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
const names = ['a', 'b', 'c'];

/** A cluster with the ConfigMaps a and b in `shop`, and what it was asked for. */
function cluster(list: () => object = () => ({ metadata: {}, items: [configMap('a'), configMap('b')] })) {
  const asked: string[] = [];
  const client = {
    listObjects: async (type: KubeObject, { limit }: { readonly limit: number }) => {
      asked.push(`list ${type.kind} ${limit}`);
      return list();
    },
    tryGetObject: async (_type: KubeObject, { name }: { readonly name: string }) => {
      asked.push(`get ${name}`);
      return name === 'c' ? undefined : configMap(name);
    },
  } as unknown as Client;
  return { asked, client };
}

async function read(client: Client, wanted: readonly KubeObject[]) {
  const liveOf = liveObjects(client, wanted);
  return (await Promise.all(wanted.map(liveOf))).map((live) => live?.metadata.name);
}

it('asks for several objects of a kind in a namespace with one list', async () => {
  const { asked, client } = cluster();
  expect(await read(client, names.map((name) => configMap(name)))).toEqual(['a', 'b', undefined]);
  expect(asked).toEqual(['list ConfigMap 30']);
});

it('asks for a few one by one', async () => {
  const { asked, client } = cluster();
  expect(await read(client, [configMap('a'), configMap('b'), configMap('c', 'elsewhere')])).toEqual(['a', 'b', undefined]);
  expect(asked).toEqual(['get a', 'get b', 'get c']);
});

it.each([
  ['they are in a crowd', () => ({ metadata: { continue: 'more' }, items: [] })],
  ['lists are forbidden', () => { throw new StatusError(newStatus(403, 'Forbidden', 'no')); }],
])('asks for each when %s', async (_label, list) => {
  const { asked, client } = cluster(list);
  expect(await read(client, names.map((name) => configMap(name)))).toEqual(['a', 'b', undefined]);
  expect(asked).toEqual(['list ConfigMap 30', 'get a', 'get b', 'get c']);
});
