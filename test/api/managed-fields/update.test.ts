import { describe, expect, it } from 'vitest';
import { updateManagedFields } from '../../../lib/api/managed-fields/update';
import type { ConfigMap, KubeObject } from '../../../lib/api/types';

const configMap = (data: Record<string, string>, managedFields?: KubeObject['metadata']['managedFields']): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm', managedFields }, data });

const update = (live: KubeObject | undefined, updated: KubeObject, manager: string, time = '2024-01-01T00:00:00Z') => updateManagedFields({ live, updated, manager, apiVersion: 'v1', time });

const fieldsOf = (object: KubeObject) => Object.fromEntries((object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));

describe('updateManagedFields', () => {
  it('gives the creator all it set, with the map itself', () => {
    expect(fieldsOf(update(undefined, configMap({ a: '1' }), 'm1'))).toEqual({ m1: { 'f:data': { '.': {}, 'f:a': {} } } });
  });

  it('moves a changed field to who changed it, and forgets a removed one', () => {
    const live = update(undefined, configMap({ a: '1', b: '1' }), 'm1');
    const changed = update(live, configMap({ a: '2' }), 'm2');
    expect(fieldsOf(changed)).toEqual({ m1: { 'f:data': {} }, m2: { 'f:data': { 'f:a': {} } } });
  });

  it('leaves everything, time included, when nothing changes', () => {
    const live = update(undefined, configMap({ a: '1' }), 'm1');
    const same = update(live, structuredClone(live), 'm2', '2024-01-02T00:00:00Z');
    expect(same.metadata.managedFields).toEqual(live.metadata.managedFields);
  });

  it('does not start to track an object whose fields were cleared', () => {
    expect(update(configMap({ a: '1' }), configMap({ a: '2' }), 'm1').metadata.managedFields).toBeUndefined();
  });

  it('keeps at most ten updaters and merges the oldest', () => {
    let live: KubeObject = update(undefined, configMap({}), 'm');
    for (let index = 0; index < 14; index += 1) {
      const data = { ...(live as ConfigMap).data, [`k${index}`]: '1' };
      live = update(live, { ...configMap(data), metadata: structuredClone(live.metadata) }, `m${index}`, `2024-01-01T00:00:${String(index).padStart(2, '0')}Z`);
    }
    const managers = (live.metadata.managedFields ?? []).map(({ manager }) => manager);
    expect(managers).toHaveLength(10);
    expect(managers).toContain('ancient-changes');
  });
});
