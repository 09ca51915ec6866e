import { describe, expect, it } from 'vitest';
import { newStatus, StatusError } from '../../../lib/api/status-error';
import type { KubeObject } from '../../../lib/api/types';
import { applyObject } from '../../../lib/apply/apply-object';
import { conflictsOf, explainConflicts } from '../../../lib/apply/fields/conflicts';
import type { Client } from '../../../lib/client/client';

const conflict = (...causes: readonly (readonly [string, string])[]) =>
  new StatusError(newStatus(409, 'Conflict', 'conflicts', { causes: causes.map(([field, owner]) => ({ reason: 'FieldManagerConflict', field, message: `conflict with ${owner} using apps/v1` })) }));
const deployment = (image: string, replicas?: number) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { ...(replicas && { replicas }), template: { spec: { containers: [{ name: 'web', image }] } } } }) as KubeObject;
const IMAGE = '.spec.template.spec.containers[name="web"].image';
const both = conflict(['.spec.replicas', '"twelve-scale" with subresource "scale"'], [IMAGE, '"kubectl-set"']);

it('a conflict names the field, its owner, both values and the choice', () => {
  const object = deployment('nginx:2', 3);
  expect(explainConflicts(object, deployment('nginx:1', 5), conflictsOf(object, both)).split('\n')).toEqual([
    'others have set fields that the program sets, too',
    '  spec.replicas: twelve-scale (scale) has set 5, the program says 3',
    '  spec.template.spec.containers[web].image: kubectl-set has set nginx:1, the program says nginx:2',
    '  take them over with --force-conflicts, or leave them to their owners: this time with --leave-conflicts, always with the annotation',
    '    twelve-factor.dev/leave-fields: spec.replicas, spec.template.spec.containers[web].image',
  ]);
});

it('a conflict does not tell the values of a Secret', () => {
  const secret = (value: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { 'a.b': value } }) as KubeObject;
  const told = explainConflicts(secret('bmV3'), secret('b2xk'), conflictsOf(secret('bmV3'), conflict(['.data.a.b', '"kubectl-edit"'])));
  expect(told).toContain('data."a.b": kubectl-edit has set ***, the program says ***');
});

describe('an object that others have changed', () => {
  const applied = async (error: StatusError, rules: Parameters<typeof applyObject>[2]) => {
    const sent: unknown[] = [];
    const client = { apply: (object: KubeObject, { force }: { force?: boolean }) => {
      sent.push([object, force]);
      return sent.length === 1 ? Promise.reject(error) : Promise.resolve(object);
    } } as unknown as Client;
    await applyObject(client, deployment('nginx:2', 3), rules);
    return sent.at(-1);
  };

  it('is not changed', async () => {
    await expect(applied(both, { force: false })).rejects.toBe(both);
  });

  it('is changed in all but their fields when these are left to them; a number of twelve scale is taken back', async () => {
    expect(await applied(both, { force: false, leave: true })).toEqual([{ ...deployment('nginx:2', 3), spec: { replicas: 3, template: { spec: { containers: [{ name: 'web' }] } } } }, true]);
    expect(await applied(conflict([IMAGE, '"kubectl-set"']), { force: false, leave: true })).toMatchObject([{}, false]);
  });

  it('is changed as a whole when nobody but twelve scale, or who is taken over, disagrees', async () => {
    expect(await applied(conflict(['.spec.replicas', '"twelve-scale" with subresource "scale"']), { force: false })).toEqual([deployment('nginx:2', 3), true]);
    expect(await applied(both, { force: false, takes: ({ owner }) => owner === 'kubectl-set' })).toEqual([deployment('nginx:2', 3), true]);
  });
});
