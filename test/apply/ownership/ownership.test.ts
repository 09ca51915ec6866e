import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/api/types';
import { foreignOwner } from '../../../lib/apply/ownership/foreign-owner';
import { afterTakeOver, isDeployed, isSameAsDeployed, takenOver } from '../../../lib/apply/ownership/take-over';

const object = (metadata: object, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...metadata }, ...more }) as KubeObject;

describe('who an object of the cluster belongs to', () => {
  it.each([
    ['another application', { labels: { 'twelve-factor.dev/app': 'other' } }, 'the application other'],
    ['a Helm release', { annotations: { 'meta.helm.sh/release-name': 'blog' } }, 'the Helm release blog'],
    ['the controller that made it', { ownerReferences: [{ apiVersion: 'v1', kind: 'Widget', name: 'w', uid: '1', controller: true }] }, 'Widget w, which has made it'],
    ['the application itself', { labels: { 'twelve-factor.dev/app': 'shop' }, annotations: { 'meta.helm.sh/release-name': 'blog' } }, undefined],
    ['nobody', {}, undefined],
  ])('%s', (_who, metadata, owner) => {
    expect(foreignOwner(object(metadata), object({}), 'shop')).toBe(owner);
  });

  it('a mark that the program itself has is nobody else', () => {
    const marked = object({ annotations: { 'meta.helm.sh/release-name': 'blog' } });
    expect(foreignOwner(marked, marked, 'shop')).toBeUndefined();
  });
});

describe('what kubectl apply has made', () => {
  const entry = (manager: string, operation: string, keys: readonly string[], more: object = {}) => ({
    manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': Object.fromEntries([...(operation === 'Update' ? ['.'] : []), ...keys.map((key) => `f:${key}`)].map((key) => [key, {}])) }, ...more,
  });
  const byKubectl = entry('kubectl-client-side-apply', 'Update', ['a', 'b']);
  const live = object({ managedFields: [byKubectl] }, { data: { a: '1', b: '2' } });
  const answer = (keys: readonly string[]) => object({ managedFields: [byKubectl, entry('twelve', 'Apply', keys)] }, { data: { a: '1', b: '2' } });

  it('is taken into the application by itself where the program has all of it', () => {
    expect(isDeployed(live)).toBe(true);
    expect(isSameAsDeployed(live, answer(['a', 'b']))).toBe(true);
    expect(isSameAsDeployed(live, answer(['a']))).toBe(false);
  });

  it('becomes ours, so that what the program leaves out is removed', () => {
    expect(takenOver(answer(['a']))).toEqual([{ manager: 'twelve', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } }]);
    expect(afterTakeOver(answer(['a']))).toMatchObject({ data: { a: '1' } });
    expect((afterTakeOver(answer(['a'])) as { data?: object }).data).not.toHaveProperty('b');
  });

  it('does not include what a controller or the subresource scale has written', () => {
    const others = [entry('kubectl-scale', 'Update', ['a'], { subresource: 'scale' }), entry('kube-controller-manager', 'Update', ['a'])];
    expect(isDeployed(object({ managedFields: others }))).toBe(false);
    expect(takenOver(object({ managedFields: [...others, byKubectl] })).map(({ manager }) => manager)).toEqual(['kubectl-scale', 'kube-controller-manager', 'twelve']);
  });
});
