import type { Schema } from '../schema/schema-node';
import type { KubeObject } from '../types';
import { compareValues } from './compare';
import { difference } from './field-set';
import type { FieldSet } from './field-set';
import { fieldSetOf } from './to-field-set';
import { withoutManagedFields } from './update';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Fields that `kubectl apply` (client side) set before and nobody changed since: `kubectl apply --server-side` may take them over without a conflict.
 */
export function fieldsOfLastApplied(live: Readonly<KubeObject>, schema: Schema): FieldSet {
  const applied = tryParse(live.metadata.annotations?.[ANNOTATION]);
  if (!applied || applied.apiVersion !== live.apiVersion) return {};
  const { added, modified, removed } = compareValues(applied, withoutManagedFields(live), schema);
  return difference(difference(difference(fieldSetOf(applied, schema), modified), added), removed);
}

/** The client-side annotation follows what was applied server side, so that going back to client-side apply stays right. Changes `object`. */
export function updateLastApplied(object: KubeObject, live: Readonly<KubeObject> | undefined, applied: Readonly<KubeObject>): void {
  if (live?.metadata.annotations?.[ANNOTATION] === undefined) return;
  const { [ANNOTATION]: _, ...annotations } = applied.metadata.annotations ?? {};
  const { annotations: __, managedFields: ___, ...metadata } = applied.metadata;
  const content = { ...applied, metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) } };
  object.metadata.annotations = { ...object.metadata.annotations, [ANNOTATION]: `${JSON.stringify(sortKeys(content))}\n` };
}

function tryParse(text: string | undefined): KubeObject | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as KubeObject;
  } catch {
    return undefined;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}
