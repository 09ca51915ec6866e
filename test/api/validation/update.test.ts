import { describe, expect, it } from 'vitest';
import { resourceOf } from '../../../lib/api/kinds';
import type { KubeObject, ObjectMeta } from '../../../lib/api/types';
import { validateCreate, validateUpdate } from '../../../lib/api/validation/index';

const metadata: ObjectMeta = { name: 'x', namespace: 'shop', uid: 'u', resourceVersion: '7' };
const object = (apiVersion: string, kind: string, rest: object): KubeObject => ({ apiVersion, kind, metadata, ...rest });

function messages(old: KubeObject, change: object): readonly string[] {
  return validateUpdate({ ...old, ...change }, old, resourceOf(old.kind, old.apiVersion)).map(({ field, message }) => `${field}: ${message}`);
}

const container = { name: 'c', image: 'img:1', terminationMessagePolicy: 'File', imagePullPolicy: 'Always' };
const podSpec = { containers: [container], restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' };
const pod = object('v1', 'Pod', { spec: podSpec });

describe('changes', () => {
  it('lets a Pod change its image', () => {
    expect(messages(pod, { spec: { ...podSpec, containers: [{ ...container, image: 'img:2' }] } })).toEqual([]);
  });

  it('refuses another restart policy of a Pod and shows the difference', () => {
    const [text] = messages(pod, { spec: { ...podSpec, restartPolicy: 'Never' } });
    expect(text).toMatch(/^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/);
    expect(text).toContain('-\u0020\tRestartPolicy: "Always"');
  });

  it('keeps the selector of a Deployment', () => {
    const template = (app: string) => ({ selector: { matchLabels: { app } }, template: { metadata: { labels: { app } }, spec: podSpec } });
    expect(messages(object('apps/v1', 'Deployment', { spec: template('a') }), { spec: template('b') })).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
  });

  it('keeps what is immutable by choice', () => {
    const configMap = object('v1', 'ConfigMap', { data: { a: '1' }, immutable: true });
    expect(messages(configMap, { data: { a: '2' } })).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  });
});

describe('new objects', () => {
  it('reads null as absent', () => {
    const broken = { ...pod, spec: { ...podSpec, containers: null } } as unknown as KubeObject;
    expect(validateCreate(broken, resourceOf('Pod')).map(({ field }) => field)).toEqual(['spec.containers']);
  });

  it('checks the metadata of kinds that have no rules of their own', () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a/b' } };
    expect(validateCreate(widget, { group: 'example.com', version: 'v1', kind: 'Widget', resource: 'widgets', namespaced: true })).toHaveLength(1);
  });
});
