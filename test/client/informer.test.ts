import { describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../lib/base/async-queue';
import { FakeClock } from '../../lib/base/fake-clock';
import { silentLogger } from '../../lib/base/logger';
import { resourceOf } from '../../lib/api/kinds';
import type { ApiRequest, Transport, WatchEvent } from '../../lib/api/request';
import { newStatus } from '../../lib/api/status-error';
import { Informer } from '../../lib/client/informer';

const pod = (name: string, resourceVersion: string, owner?: string) => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion, ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: owner, controller: true }] }) },
});

/** A server whose lists and watches the test decides. */
class ScriptedServer {
  readonly requests: ApiRequest[] = [];
  readonly watches: AsyncQueue<WatchEvent>[] = [];
  items: object[] = [];
  resourceVersion = '1';

  readonly transport: Transport = (request) => {
    this.requests.push(request);
    if (request.query?.get('watch') !== 'true') return Promise.resolve({ status: 200, body: { metadata: { resourceVersion: this.resourceVersion }, items: this.items } });
    const watch = new AsyncQueue<WatchEvent>();
    this.watches.push(watch);
    request.signal?.addEventListener('abort', () => watch.end());
    return Promise.resolve({ status: 200, stream: watch });
  };

  async watching(count: number): Promise<void> {
    while (this.watches.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
}

function start(server: ScriptedServer) {
  const informer = new Informer({ transport: server.transport, info: resourceOf('Pod'), clock: new FakeClock(), logger: silentLogger, random: () => 0 });
  const changes: string[] = [];
  informer.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
  const controller = new AbortController();
  const run = informer.run(controller.signal);
  return { informer, changes, stop: async () => { controller.abort(); await run; } };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Informer', () => {
  it('tells what is listed and what the watch brings, and finds objects by owner', async () => {
    const server = new ScriptedServer();
    server.items = [pod('a', '1', 'set-1')];
    const { informer, changes, stop } = start(server);
    await server.watching(1);
    server.watches[0].push({ type: 'ADDED', object: pod('b', '2', 'set-1') });
    server.watches[0].push({ type: 'MODIFIED', object: pod('a', '3') });
    server.watches[0].push({ type: 'DELETED', object: pod('b', '4', 'set-1') });
    await settle();
    expect(changes).toEqual(['added a', 'added b', 'modified a', 'deleted b']);
    expect(informer.cache.ownedBy('set-1')).toEqual([]);
    expect(informer.cache.withoutController('default').map(({ metadata }) => metadata.name)).toEqual(['a']);
    await stop();
  });

  it('resumes an ended watch where it was, also after a bookmark', async () => {
    const server = new ScriptedServer();
    const { stop } = start(server);
    await server.watching(1);
    server.watches[0].push({ type: 'BOOKMARK', object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: '77' } } });
    await settle();
    server.watches[0].end();
    await server.watching(2);
    expect(server.requests.at(-1)?.query?.get('resourceVersion')).toBe('77');
    await stop();
  });

  it('lists again after 410 and tells only the difference', async () => {
    const server = new ScriptedServer();
    server.items = [pod('stays', '1'), pod('goes', '1'), pod('changes', '1')];
    const { changes, stop } = start(server);
    await server.watching(1);
    changes.length = 0;
    server.items = [pod('stays', '1'), pod('changes', '5'), pod('comes', '6')];
    server.watches[0].push({ type: 'ERROR', object: newStatus(410, 'Expired', 'too old resource version') });
    await server.watching(2);
    expect(changes).toEqual(['modified changes', 'added comes', 'deleted goes']);
    await stop();
  });
});
