import type { FieldSet } from '../../api/managed-fields/field-set';
import type { KubeObject, meta } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { fieldAt, type FieldStep } from './field-path';

/** Names of the managers that own a field, or an atomic value that it is part of. Pure. */
export const ownersOf = (live: DeepReadonly<KubeObject>, steps: readonly FieldStep[]): readonly string[] => ownersEntries(live, steps).map(({ manager = '' }) => manager);

/** As ownersOf, with all that the server remembers: how and when they have last written. Pure. */
export const ownersEntries = (live: DeepReadonly<KubeObject>, steps: readonly FieldStep[]): readonly DeepReadonly<meta.ManagedFieldsEntry>[] =>
  (live.metadata.managedFields ?? []).filter(({ fieldsV1 }) => owns(fieldsV1 as FieldSet | undefined, live, steps));

function owns(set: FieldSet | undefined, value: unknown, [step, ...rest]: readonly FieldStep[]): boolean {
  if (set === undefined) return false;
  if (step === undefined || Object.keys(set).length === 0) return true;
  const inner = fieldAt(value, [step]);
  const element = 'key' in step ? `f:${step.key}` : Object.keys(set).find((candidate) => isElementOf(candidate, inner));
  return element !== undefined && owns(set[element], inner, rest);
}

/** Whether an element of a field set, `k:{"name":"web"}` or `v:"x"`, is this member of the list. Pure. */
export function isElementOf(element: string, member: unknown): boolean {
  if (element.startsWith('v:')) return element.slice(2) === JSON.stringify(member);
  if (!element.startsWith('k:') || typeof member !== 'object' || member === null) return false;
  return Object.entries(JSON.parse(element.slice(2)) as Record<string, unknown>).every(([key, value]) => (member as Readonly<Record<string, unknown>>)[key] === value);
}
