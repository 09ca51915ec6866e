import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../lib/base/fake-clock';
import { serviceAccountToken, tokenRefreshTime } from '../../../lib/kubelet/volumes/service-account-token';
import type { VolumeContext } from '../../../lib/kubelet/volumes/volume-plugin';
import { podOf } from '../builders';

describe('service account tokens', () => {
  const clock = new FakeClock();
  const requests: unknown[] = [];
  let context: VolumeContext;

  beforeEach(() => {
    requests.length = 0;
    const createSubresource = (_kind: string, _reference: unknown, _subresource: string, body: { spec: { expirationSeconds: number } }) => {
      requests.push(body.spec);
      return Promise.resolve({ status: { token: `token-${requests.length}`, expirationTimestamp: new Date(clock.now() + body.spec.expirationSeconds * 1000).toISOString() } });
    };
    context = { client: { createSubresource }, clock, pod: podOf() } as unknown as VolumeContext;
  });

  it('are bound to the pod and made for their audience', async () => {
    await serviceAccountToken({ path: 'token', audience: 'vault', expirationSeconds: 600 }, context);
    expect(requests).toEqual([{ audiences: ['vault'], expirationSeconds: 600, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'u1' } }]);
  });

  it('are replaced after 80 % of their life', async () => {
    const source = { path: 'token', expirationSeconds: 1000 };
    const started = clock.now();
    expect(await serviceAccountToken(source, context)).toBe('token-1');
    expect(tokenRefreshTime(source, context)).toBe(started + 800_000);
    await clock.advance(799_000);
    expect(await serviceAccountToken(source, context)).toBe('token-1');
    await clock.advance(1_000);
    expect(await serviceAccountToken(source, context)).toBe('token-2');
  });

  it('are replaced after a day at most', async () => {
    const source = { path: 'token', expirationSeconds: 7 * 24 * 3600 };
    const started = clock.now();
    await serviceAccountToken(source, context);
    expect(tokenRefreshTime(source, context)).toBe(started + 24 * 3_600_000);
  });
});
