import { describe, expect, it } from 'vitest';
import type { Lease } from '../../lib/api/types';
import { holderOf } from '../../lib/apply/lock';

const lease = (spec: object) => ({ spec }) as Lease;
const now = Date.parse('2026-01-01T00:00:30Z');

describe('the lock of an application', () => {
  it('is held as long as it is renewed', () => {
    const spec = { holderIdentity: 'me@here a1b2c3', leaseDurationSeconds: 30, renewTime: '2026-01-01T00:00:20.000000Z', acquireTime: '2026-01-01T00:00:10.000000Z' };
    expect(holderOf(lease(spec), now)).toEqual({ name: 'me@here', since: '2026-01-01T00:00:10.000000Z' });
  });

  it('is free when it was given back or its holder was killed', () => {
    expect(holderOf(lease({}), now)).toBeUndefined();
    expect(holderOf(lease({ holderIdentity: 'me x', leaseDurationSeconds: 30, renewTime: '2026-01-01T00:00:00.000000Z' }), now)).toBeUndefined();
  });
});
