import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { differencesOf } from '../../lib/apply/diff';

const object = (kind: string, more: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...more }) as KubeObject;
const differ = (live: KubeObject, dryRun: KubeObject) => differencesOf({ live, dryRun, object: dryRun });

describe('a diff', () => {
  it('has the values that differ, members of lists by their names, and nothing that the server counts', () => {
    const spec = (...containers: readonly object[]) => ({ spec: { containers } });
    const live = { ...object('Pod', spec({ name: 'a', image: 'a:1', env: [{ name: 'A', value: '1' }] }, { name: 'b' })), metadata: { name: 'x', resourceVersion: '1', generation: 1 } };
    const after = { ...object('Pod', spec({ name: 'new' }, { name: 'a', image: 'a:2', env: [{ name: 'B', value: '2' }, { name: 'A', value: '1' }] })), metadata: { name: 'x', resourceVersion: '2', annotations: { 'a.b/c': 'd' } } };
    expect(differ(live, after)).toEqual([
      { path: 'metadata.annotations', before: undefined, after: { 'a.b/c': 'd' } },
      { path: 'spec.containers[a].image', before: 'a:1', after: 'a:2' },
      { path: 'spec.containers[a].env[B]', before: undefined, after: { name: 'B', value: '2' } },
      { path: 'spec.containers[b]', before: { name: 'b' }, after: undefined },
      { path: 'spec.containers[new]', before: undefined, after: { name: 'new' } },
    ]);
  });

  it('masks the values of Secrets and keeps their keys', () => {
    expect(differ(object('Secret', { data: { a: 'old', gone: 'x' } }), object('Secret', { data: { a: 'new' } }))).toEqual([
      { path: 'data.a', before: '***', after: '***' }, { path: 'data.gone', before: '***', after: undefined },
    ]);
    expect(differ(object('Secret', {}), object('Secret', { data: { a: 'new' } }))).toEqual([{ path: 'data', before: undefined, after: { a: '***' } }]);
  });

  it('takes a list without names as one value', () => {
    expect(differ(object('X', { spec: { args: ['a', 'b'] } }), object('X', { spec: { args: ['a'] } }))).toEqual([{ path: 'spec.args', before: ['a', 'b'], after: ['a'] }]);
  });
});
