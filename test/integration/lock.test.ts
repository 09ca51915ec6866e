import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../lib/api/request';
import { type LockOptions, withLock } from '../../lib/apply/lock';
import { FakeClock } from '../../lib/base/fake-clock';
import { createClient } from '../../lib/client/api-client';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const NAMESPACE = 'default';

describe('the lock of an application while its holder works', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const lockOf = (application: string, clock: FakeClock, holder: string, transport: Transport = cluster.client.transport): LockOptions =>
    ({ client: createClient(transport), application, namespace: NAMESPACE, holder, id: holder, clock });
  const leaseOf = (application: string) => cluster.client.tryGet('Lease', { namespace: NAMESPACE, name: `${application}.apply` });
  const renewedAt = async (application: string) => Date.parse((await leaseOf(application))?.spec.renewTime ?? '');
  const holderOf = async (application: string) => (await leaseOf(application))?.spec.holderIdentity;

  it('is renewed for as long as it takes, and given back', async () => {
    const clock = new FakeClock();
    await withLock(lockOf('shop', clock, 'me@here'), async (lost) => {
      for (let renewals = 0; renewals < 5; renewals += 1) {
        await clock.advance(10_000);
        await vi.waitFor(async () => expect(await renewedAt('shop')).toBe(clock.now()));
      }
      await expect(withLock(lockOf('shop', clock, 'you@there'), () => Promise.resolve())).rejects.toThrow('shop is being applied by me@here since');
      expect(lost.aborted).toBe(false);
    });
    expect(await holderOf('shop')).toBeUndefined();
  });

  it('is made again when somebody has deleted it', async () => {
    const clock = new FakeClock();
    await withLock(lockOf('blog', clock, 'me@here'), async (lost) => {
      await cluster.client.delete('Lease', { namespace: NAMESPACE, name: 'blog.apply' });
      await clock.advance(10_000);
      await vi.waitFor(async () => expect(await holderOf('blog')).toBe('me@here me@here'));
      expect(lost.aborted).toBe(false);
    });
  });

  it('that expired while the server was out of reach, and that somebody else has now, ends what is done under it, and stays theirs', async () => {
    const clock = new FakeClock();
    let reachable = true;
    const transport: Transport = (request) => (reachable ? cluster.client.transport(request) : Promise.reject(new Error('out of reach')));
    await withLock(lockOf('wiki', clock, 'me@here', transport), async (lost) => {
      reachable = false;
      await clock.advance(40_000);
      expect(lost.aborted).toBe(false);
      await withLock(lockOf('wiki', clock, 'you@there'), async () => {
        reachable = true;
        await clock.advance(10_000);
        await vi.waitFor(() => expect(String(lost.reason)).toContain('wiki is being applied by somebody else since this client lost its lock'));
        expect(await holderOf('wiki')).toBe('you@there you@there');
      });
    });
    expect(await holderOf('wiki')).toBeUndefined();
  });

  it('of somebody else is not given back by who has lost it', async () => {
    const clock = new FakeClock();
    let finish: (value?: undefined) => void = () => undefined;
    const work = new Promise<undefined>((resolve) => { finish = resolve; });
    let reachable = true;
    const transport: Transport = (request) => (reachable ? cluster.client.transport(request) : Promise.reject(new Error('out of reach')));
    const first = withLock(lockOf('chat', clock, 'me@here', transport), () => work);
    await vi.waitFor(async () => expect(await holderOf('chat')).toBe('me@here me@here'));
    reachable = false;
    await clock.advance(40_000);
    await withLock(lockOf('chat', clock, 'you@there'), async () => {
      reachable = true;
      finish();
      await first;
      expect(await holderOf('chat')).toBe('you@there you@there');
    });
  });
});
