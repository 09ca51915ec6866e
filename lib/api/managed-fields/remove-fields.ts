import type { Schema } from '../schema/schema-node';
import { below, hasElement, isEmptySet } from './field-set';
import type { FieldSet } from './field-set';
import { fieldElement, itemElement } from './path-element';
import { asList, asMap, childSchema, shapeOf } from './typed-value';

/** The value without the fields of the set. A map or list that loses everything becomes null. */
export function removeFields(value: unknown, set: FieldSet, schema: Schema): unknown {
  if (isEmptySet(set)) return value;
  const shape = shapeOf(value, schema);
  if (shape === 'map') return removeFromMap(asMap(value), value, set, schema);
  return shape === 'list' && schema.listType !== 'atomic' ? removeFromList(asList(value), value, set, schema) : value;
}

function removeFromMap(map: Readonly<Record<string, unknown>> | undefined, value: unknown, set: FieldSet, schema: Schema): unknown {
  if (map === undefined || Object.keys(map).length === 0) return value;
  const kept = Object.entries(map).flatMap(([key, item]) => {
    const element = fieldElement(key);
    return hasElement(set, element) ? [] : [[key, removeFields(item, below(set, element), childSchema(schema, key))] as const];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

function removeFromList(list: readonly unknown[] | undefined, value: unknown, set: FieldSet, schema: Schema): unknown {
  if (list === undefined || list.length === 0) return value;
  const kept = list.flatMap((item) => {
    const element = itemElement(item, schema);
    return hasElement(set, element) ? [] : [removeFields(item, below(set, element), childSchema(schema, ''))];
  });
  return kept.length > 0 ? kept : null;
}
