import { describe, expect, it } from 'vitest';
import type { Backend, BackendOptions } from '../../lib/store/backend';

/** What every store backend promises. Run on the fake and on the real one by store.test.ts. */
export function storeContract(name: string, open: (options?: BackendOptions<string>) => Backend<string>): void {
  describe(`store contract: ${name}`, () => {
    it('gives every write a revision higher than all before it', async () => {
      const store = open();
      const first = await store.create('/pods/a', 'one');
      const second = await store.create('/pods/b', 'two');
      expect(second.revision).toBeGreaterThan(first.revision);
    });

    it('refuses to create what exists, and to change or delete what does not', async () => {
      const store = open();
      await store.create('/pods/a', 'one');
      await expect(store.create('/pods/a', 'two')).rejects.toMatchObject({ reason: 'AlreadyExists' });
      await expect(store.update('/pods/b', 'two', 1)).rejects.toMatchObject({ reason: 'NotFound' });
      await expect(store.delete('/pods/b')).rejects.toMatchObject({ reason: 'NotFound' });
    });

    it('refuses an update of a revision that is no longer the current one, and says which is', async () => {
      const store = open();
      const { revision } = await store.create('/pods/a', 'one');
      const current = await store.update('/pods/a', 'two', revision);
      await expect(store.update('/pods/a', 'three', revision)).rejects.toMatchObject({ reason: 'Conflict', current: { revision: current.revision } });
    });

    it('shows whoever was refused what refused it, so that reading again and retrying comes to an end', async () => {
      const store = open();
      const { revision } = await store.create('/pods/a', 'one');
      const winner = store.update('/pods/a', 'two', revision);
      await expect(store.update('/pods/a', 'three', revision)).rejects.toMatchObject({ reason: 'Conflict' });
      expect(store.tryGet('/pods/a')?.revision).toBe((await winner).revision);
    });

    it('lists by prefix in the order of keys, in pages, and as it was at an earlier revision', async () => {
      const store = open();
      for (const key of ['/pods/b', '/pods/a', '/services/x', '/pods/c']) await store.create(key, key);
      const at = store.revision;
      await store.delete('/pods/a');
      await store.update('/pods/b', 'changed', store.tryGet('/pods/b')!.revision);
      const keys = (options: object) => store.list('/pods/', options).entries.map(({ key }) => key);
      expect(keys({})).toEqual(['/pods/b', '/pods/c']);
      expect(keys({ at })).toEqual(['/pods/a', '/pods/b', '/pods/c']);
      expect(store.list('/pods/', { at }).entries[1].value).toBe('/pods/b');
      expect(store.list('/pods/', { at, limit: 2 })).toMatchObject({ remaining: 1, revision: at });
      expect(keys({ at, startAfter: '/pods/b' })).toEqual(['/pods/c']);
    });

    it('shows a watcher every event after its revision, in order, exactly once', async () => {
      const store = open();
      const { revision } = await store.create('/pods/a', 'one');
      const seen = collect(store.watch('/pods/', { after: revision }), 3);
      await store.update('/pods/a', 'two', revision);
      await store.create('/services/x', 'not watched');
      await store.create('/pods/b', 'new');
      await store.delete('/pods/a');
      expect(await seen).toEqual(['PUT /pods/a', 'PUT /pods/b', 'DELETE /pods/a']);
    });

    it('answers a watch from before the compaction with Expired, never with a gap', async () => {
      const store = open();
      const { revision } = await store.create('/pods/a', 'one');
      await store.compact((await store.update('/pods/a', 'two', revision)).revision);
      await expect(collect(store.watch('/pods/', { after: 0 }), 1)).rejects.toMatchObject({ reason: 'Expired' });
      expect(() => store.list('/pods/', { at: 1 })).toThrow(expect.objectContaining({ reason: 'Expired' }));
    });

    it('finds by its terms what it holds now, and tells who watches a term of what enters, changes and leaves it', async () => {
      const store = open({ terms: (_key, value) => (value.startsWith('on ') ? [value.split(',')[0]] : []) });
      const { revision: first } = await store.create('/pods/a', 'waiting');
      const fromPast = collect(store.watch('/pods/', { after: first, term: 'on x' }), 3);
      const { revision } = await store.update('/pods/a', 'on x', first);
      const seen = collect(store.watch('/pods/', { after: first, term: 'on x' }), 3);
      await store.create('/services/x', 'on x');
      await store.create('/pods/b', 'on y');
      const changed = await store.update('/pods/a', 'on x, ready', revision);
      expect(store.list('/pods/', { term: 'on x' }).entries.map(({ key, value }) => [key, value])).toEqual([['/pods/a', 'on x, ready']]);
      await store.update('/pods/a', 'on y', changed.revision);
      expect(store.list('/pods/', { term: 'on x' }).entries).toEqual([]);
      expect(await seen).toEqual(['PUT /pods/a', 'PUT /pods/a', 'PUT /pods/a']);
      expect(await fromPast).toEqual(['PUT /pods/a', 'PUT /pods/a', 'PUT /pods/a']);
    });

    it('tells who watches one key of no other', async () => {
      const store = open();
      const seen = collect(store.watch('/pods/', { after: 0, term: '/pods/a' }), 2);
      for (const key of ['/pods/ab', '/pods/a', '/pods/b']) await store.create(key, key);
      await store.delete('/pods/a');
      expect(await seen).toEqual(['PUT /pods/a', 'DELETE /pods/a']);
    });

    it('ends a watch when its signal aborts', async () => {
      const store = open();
      const ended = new AbortController();
      const seen = collect(store.watch('/pods/', { after: 0, signal: ended.signal }), 2);
      await store.create('/pods/a', 'one');
      ended.abort();
      expect(await seen).toEqual(['PUT /pods/a']);
    });
  });
}

async function collect(events: AsyncIterable<{ type: string; key: string }>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, key } of events) if (seen.push(`${type} ${key}`) === count) break;
  return seen;
}
