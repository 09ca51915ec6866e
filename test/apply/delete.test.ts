import { expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { withoutKept } from '../../lib/apply/delete';

const object = (kind: string, name: string, namespace?: string, keep?: string) => ({ apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }), ...(keep && { annotations: { 'twelve-factor.dev/keep': keep } }) } }) as KubeObject;

it('what is to outlive its application is not deleted with it, unless its namespace goes', () => {
  const names = (list: readonly { readonly metadata: { readonly name?: string } }[]) => list.map(({ metadata }) => metadata.name);
  const { objects, kept } = withoutKept([object('Secret', 'a', 'shop'), object('Secret', 'b', 'shop', 'true'), object('Secret', 'c', 'shop', 'false'), object('Namespace', 'other'), object('Secret', 'd', 'other', 'true')]);
  expect([names(objects), names(kept)]).toEqual([['a', 'c', 'other', 'd'], ['b']]);
});
