import { describe, expect, it } from 'vitest';
import { editDistance, tryNearest } from '../../lib/base/nearest';

describe('the nearest name', () => {
  it('is the one that a slip of the finger makes', () => {
    expect(tryNearest('depolyment', ['daemonset', 'deployment', 'pod'])).toBe('deployment');
    expect(tryNearest('Sevice', ['Service', 'ServiceAccount'])).toBe('Service');
  });

  it('is none when every name is another word', () => {
    expect(tryNearest('web', ['database', 'cache'])).toBeUndefined();
    expect(tryNearest('web', [])).toBeUndefined();
  });

  it('counts letters added, removed, replaced and swapped', () => {
    expect([editDistance('ab', 'abc'), editDistance('abc', 'ab'), editDistance('abc', 'axc'), editDistance('abc', 'acb'), editDistance('', 'abc')]).toEqual([1, 1, 1, 1, 3]);
  });
});
