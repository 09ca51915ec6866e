import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyServerSide } from '../../../lib/api/managed-fields/apply';
import type { KubeObject } from '../../../lib/api/types';

const time = '2024-01-01T00:00:00Z';
const deployment = (containers: readonly object[], extra: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { ...extra, template: { spec: { containers } } },
}) as unknown as KubeObject;

const apply = (live: KubeObject | undefined, applied: KubeObject, manager: string, force = false) =>
  applyServerSide({ live, applied, manager, force, apiVersion: applied.apiVersion, time });

describe('applyServerSide', () => {
  it('refuses to change a field of another and names both', () => {
    const live = apply(undefined, deployment([{ name: 'c', image: 'a', env: [{ name: 'A', value: '1' }] }]), 'm1');
    expect(() => apply(live, deployment([{ name: 'c', env: [{ name: 'A', value: '2' }] }]), 'm2'))
      .toThrow('Apply failed with 1 conflict: conflict with "m1": .spec.template.spec.containers[name="c"].env[name="A"].value');
    expect(apply(live, deployment([{ name: 'c', env: [{ name: 'A', value: '2' }] }]), 'm2', true)).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'a', env: [{ value: '2' }] }] } } } });
  });

  it('removes what the manager no longer applies, unless somebody else does', () => {
    const first = apply(undefined, deployment([{ name: 'c', image: 'a' }, { name: 'd', image: 'b' }], { replicas: 2, paused: true }), 'm1');
    const shared = apply(first, deployment([], { paused: true }), 'm2');
    const left = apply(shared, deployment([{ name: 'c', image: 'a' }]), 'm1') as KubeObject & { spec: object };
    expect(left.spec).toMatchObject({ paused: true, template: { spec: { containers: [{ name: 'c', image: 'a' }] } } });
    expect(left.spec).not.toHaveProperty('replicas');
  });

  it('refuses list keys written twice and fields the schema lacks', () => {
    expect(() => apply(undefined, deployment([{ name: 'c' }, { name: 'c' }]), 'm')).toThrow('.spec.template.spec.containers: duplicate entries for key [name="c"]');
    expect(() => apply(undefined, deployment([], { foo: 1 }), 'm')).toThrow('failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema');
  });

  it('lets kubectl take over what its client-side apply set', () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' }, data: { a: '1' } };
    const live = {
      ...config,
      metadata: {
        name: 'cm', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(config) },
        managedFields: [{ manager: 'kubectl-client-side-apply', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }],
      },
    };
    const applied = { ...config, data: { a: '2' } };
    expect(() => apply(live, applied, 'other')).toThrow('conflict with "kubectl-client-side-apply" using v1: .data.a');
    expect(apply(live, applied, 'kubectl')).toMatchObject({ data: { a: '2' } });
  });

  it('changes nothing when the same is applied twice', () => {
    const container = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.constantFrom('x', 'y') });
    fc.assert(fc.property(fc.uniqueArray(container, { selector: ({ name }) => name }), fc.uniqueArray(container, { selector: ({ name }) => name }), (before, after) => {
      const live = apply(undefined, deployment(before), 'm1');
      const once = apply(live, deployment(after), 'm2', true);
      expect(apply(once, deployment(after), 'm2', true)).toEqual(once);
    }));
  });
});
