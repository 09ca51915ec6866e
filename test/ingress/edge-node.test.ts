import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { silentLogger } from '../../lib/base/logger';
import type { Ingress } from '../../lib/api/types';
import type { Client } from '../../lib/client/client';
import type { Informers } from '../../lib/client/informers';
import { ConfigRefused, type Edge } from '../../lib/ingress/edge';
import { EdgeNode } from '../../lib/ingress/edge-node';
import type { EdgeModel } from '../../lib/ingress/edge-model';
import { ingress, ourClass, path, rule, service, slice, to } from './harness/objects';

/** A node with these Ingresses and a proxy that refuses some hosts. */
function node(given: { readonly ingresses: readonly Ingress[]; readonly refusedHosts?: readonly string[]; taken?: string; listens?: boolean }) {
  const events: string[] = [];
  const patches: unknown[] = [];
  const applied: string[][] = [];
  const objects: Record<string, readonly unknown[]> = { Ingress: given.ingresses, IngressClass: [ourClass], EndpointSlice: [slice('web', [{ address: '10.0.0.1' }])], Secret: [], Pod: [] };
  let changed = () => undefined as void;
  const informers = {
    restrict: () => undefined, onChange: (_: string, listener: () => void) => { changed = listener; return () => undefined; },
    lister: { list: (kind: string) => objects[kind], tryGet: (kind: string, key: string) => (kind === 'Service' && key === 'shop/web' ? service('web') : undefined) },
  } as unknown as Informers;
  const refusal = (model: EdgeModel) => (model.routes.some(({ host }) => given.refusedHosts?.includes(host)) ? 'nonsense' : '');
  const edge = {
    ensure: () => Promise.resolve(), refusalOf: (model: EdgeModel) => Promise.resolve(refusal(model)),
    apply: (model: EdgeModel) => {
      if (given.listens === false) return Promise.resolve(false);
      if (refusal(model)) return Promise.reject(new ConfigRefused('nonsense'));
      applied.push(model.routes.map(({ host }) => host));
      return Promise.resolve(true);
    },
  } as unknown as Edge;
  const clock = new FakeClock();
  const under = new EdgeNode({
    nodeName: 'here', node: { patch: (_: string, __: unknown, patch: unknown) => Promise.resolve(void patches.push(patch)) } as unknown as Client, informers, edge, clock, logger: silentLogger,
    events: { event: (object, type, reason, message) => events.push(`${object.metadata.name} ${type} ${reason} ${message}`) }, portsTaken: () => Promise.resolve(given.taken),
  });
  const stop = new AbortController();
  void under.run(stop.signal);
  const settle = async (milliseconds = 20) => {
    for (let step = 0; step < 20; step += 1) {
      await clock.advance(milliseconds / 20);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { under, events, patches, applied, objects, settle, change: () => changed(), stop: () => stop.abort() };
}

const served = (name: string, ...hosts: readonly string[]) => ingress(name, { rules: hosts.map((host) => rule(host, path('/', to('web')))) });

describe('a node', () => {
  it('does nothing without an Ingress', async () => {
    const { settle, patches, applied, stop } = node({ ingresses: [] });
    await settle();
    expect([patches, applied]).toEqual([[], []]);
    stop();
  });

  it('says that its ports are free, and serves', async () => {
    const { settle, patches, applied, stop } = node({ ingresses: [served('a', 'a.test')] });
    await settle();
    expect(patches).toEqual([{ metadata: { labels: { 'ingress.twelve.dev/state': 'ready' }, annotations: { 'ingress.twelve.dev/state': 'ready' } } }]);
    expect(applied).toEqual([['a.test']]);
    stop();
  });

  it('says why its ports are taken, and looks again', async () => {
    const given = { ingresses: [served('a', 'a.test')], taken: 'port 80 of this host is in use' as string | undefined };
    const { settle, patches, stop } = node(given as Parameters<typeof node>[0]);
    await settle();
    expect(patches).toEqual([{ metadata: { labels: { 'ingress.twelve.dev/state': 'refused' }, annotations: { 'ingress.twelve.dev/state': 'port 80 of this host is in use' } } }]);
    given.taken = undefined;
    await settle(20_000);
    expect(patches.at(-1)).toEqual({ metadata: { labels: { 'ingress.twelve.dev/state': 'ready' }, annotations: { 'ingress.twelve.dev/state': 'ready' } } });
    stop();
  });

  it('leaves out exactly the Ingresses that the proxy refuses, says so once, and tries again when they change', async () => {
    const bad = served('bad', 'bad.test');
    const given = { ingresses: [served('a', 'a.test'), bad, served('b', 'b.test'), served('worse', 'worse.test', 'c.test'), served('d', 'd.test')], refusedHosts: ['bad.test', 'worse.test'] };
    const { settle, events, applied, objects, change, stop } = node(given);
    await settle();
    expect(applied).toEqual([['a.test', 'b.test', 'd.test']]);
    expect(events).toEqual(['bad', 'worse'].map((name) => `${name} Warning Rejected HAProxy on node here refuses it, so it is left out: nonsense`));

    objects['Ingress'] = given.ingresses.map((one) => (one === bad ? { ...served('bad', 'good.test'), metadata: { ...bad.metadata, resourceVersion: '2' } } : one));
    change();
    await settle();
    expect(applied.at(-1)).toEqual(['good.test', 'a.test', 'b.test', 'd.test']);
    expect(events).toHaveLength(2);
    stop();
  });

  it('asks a proxy that has started again until it listens', async () => {
    const given = { ingresses: [served('a', 'a.test')], listens: false };
    const { settle, applied, objects, change, stop } = node(given);
    await settle();
    objects['Pod'] = [{ status: { containerStatuses: [{ state: { running: {} } }] } }];
    change();
    await settle();
    given.listens = true; // and nothing tells
    await settle(1_000);
    expect(applied).toEqual([['a.test']]);
    stop();
  });

  it('lets a pod end when the proxy sends it nothing more', async () => {
    const { under, settle, objects, change, stop } = node({ ingresses: [served('a', 'a.test')] });
    await settle();
    await under.endpointGone('10.9.9.9');
    let gone = false;
    void under.endpointGone('10.0.0.1').then(() => { gone = true; });
    await settle();
    expect(gone).toBe(false);
    objects['EndpointSlice'] = [slice('web', [{ address: '10.0.0.1', ready: false, serving: true, terminating: true }, { address: '10.0.0.2' }])];
    change();
    await settle();
    expect(gone).toBe(true);
    stop();
  });
});
