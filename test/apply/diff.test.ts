import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { changeLines } from '../../apps/cli/output/print-changes';
import { describeChanges } from '../../lib/apply/describe-changes';
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

  it('masks what kubectl remembers of a Secret', () => {
    const metadata = { name: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"b2xk"}}', 'other': '1' } };
    expect(JSON.stringify(differ(object('Secret', { metadata }), object('Secret', { metadata: { name: 'x', annotations: { other: '1' } } })))).not.toContain('b2xk');
  });

  const managed = (kind: string, spec: object, fields: object) => ({ ...object(kind, { spec }), metadata: { name: 'x', managedFields: [{ manager: 'twelve', operation: 'Apply' as const, fieldsV1: { 'f:spec': fields } }] } }) as KubeObject;

  it('matches members of lists by the keys that the server merges them by', () => {
    const fields = { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} }, 'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:port': {} } }, 'f:members': { 'v:"a"': {}, 'v:"b"': {} } };
    const before = managed('Service', { ports: [{ port: 80, protocol: 'TCP', targetPort: 1 }, { port: 53, protocol: 'UDP' }], members: ['a', 'b'] }, fields);
    const after = managed('Service', { ports: [{ port: 53, protocol: 'UDP' }, { port: 80, protocol: 'TCP', targetPort: 2 }], members: ['b', 'c'] }, fields);
    expect(differ(before, after)).toEqual([
      { path: 'spec.ports[port=80,protocol=TCP].targetPort', before: 1, after: 2 },
      { path: 'spec.members[="a"]', before: 'a', after: undefined },
      { path: 'spec.members[="c"]', before: undefined, after: 'c' },
    ]);
  });

  it('has no defaults: neither those that come by themselves, nor those within what comes or goes', () => {
    const said = { containers: [{ name: 'a', image: 'a' }] };
    const after = managed('Pod', { containers: [{ name: 'a', image: 'a', terminationMessagePath: '/x' }], dnsPolicy: 'ClusterFirst' }, {});
    expect(differencesOf({ live: object('Pod', { spec: { containers: [] } }), dryRun: after, object: object('Pod', { spec: said }) })).toEqual([
      { path: 'spec.containers[a]', before: undefined, after: { name: 'a', image: 'a' } },
    ]);
    const probed = managed('Pod', { probe: { httpGet: { path: '/', scheme: 'HTTP' }, periodSeconds: 10 } }, { 'f:probe': { 'f:httpGet': { 'f:path': {} } } });
    expect(differ(probed, managed('Pod', {}, {}))).toEqual([{ path: 'spec.probe', before: { httpGet: { path: '/' } }, after: undefined }]);
  });

  it('goes into lists without keys that keep their length', () => {
    const from = (name: string) => object('X', { spec: { envFrom: [{ configMapRef: { name } }, { secretRef: { name: 's' } }] } });
    expect(differ(from('a'), from('b'))).toEqual([{ path: 'spec.envFrom[0].configMapRef.name', before: 'a', after: 'b' }]);
  });

  it('takes a list without names as one value', () => {
    expect(differ(object('X', { spec: { args: ['a', 'b'] } }), object('X', { spec: { args: ['a'] } }))).toEqual([{ path: 'spec.args', before: ['a', 'b'], after: ['a'] }]);
  });
});

describe('the changes of an apply', () => {
  const origin = (path: string) => ({ origin: { kind: 'construct' as const, path, trace: [] } });
  const config = (name: string, greeting: string) => object('ConfigMap', { metadata: { name }, data: { GREETING: greeting, same: '1' } });
  const release = { application: 'shop', number: 1, status: 'deployed', at: '', by: '', summary: '', objects: [config('shop-config-11111111', 'one')], inventory: [] } as const;
  const web = object('Deployment', { metadata: { name: 'shop-web' }, spec: { image: 'a' } });
  const changes = describeChanges({
    past: [release], prune: { remove: [object('Service', { metadata: { name: 'old' } })], keep: [] },
    plan: [
      { source: '', ...origin('shop/web/deployment'), action: 'change', fields: [], object: object('Deployment', { spec: { image: 'b' } }), live: web, dryRun: object('Deployment', { metadata: { name: 'shop-web' }, spec: { image: 'b' } }) },
      { source: '', ...origin('shop/config/map'), action: 'create', fields: [], object: config('shop-config-22222222', 'two') },
      { source: '', ...origin('shop/web/service'), action: 'create', fields: [], object: object('Service', { metadata: { name: 'shop-web' } }) },
      { source: '', ...origin('shop/other/x'), action: 'unchanged', fields: [], object: object('X', {}) },
    ],
  });

  it('stand under their constructs; a configuration with a new hash is compared with the one before', () => {
    expect(changeLines(changes)).toEqual([
      'shop/web', '  ~ Deployment x', '      ~ spec.image: a → b', '  + Service shop-web',
      'shop/config', '  + ConfigMap shop-config-22222222   instead of shop-config-11111111', '      ~ data.GREETING: one → two',
      '- Service old',
    ]);
  });

  it('show of a text with several lines those that differ', () => {
    const differences = [{ path: 'data.file', before: 'a\nb\nc\n', after: 'a\nB\nc\n' }, { path: 'data.other', before: undefined, after: 'x'.repeat(500) }];
    expect(changeLines([{ action: 'change', kind: 'ConfigMap', name: 'x', differences }])).toEqual([
      '~ ConfigMap x', '    ~ data.file:', '        - b', '        + B', `    + data.other: ${'x'.repeat(100)}… (500 characters)`,
    ]);
    expect(changeLines([{ action: 'change', kind: 'ConfigMap', name: 'x', differences: [] }])).toEqual(['~ ConfigMap x   only who owns its fields']);
  });
});
