import type { Schema } from '../schema/schema-node';
import { FieldSetBuilder } from './field-set';
import type { FieldSet } from './field-set';
import { fieldElement, itemElement } from './path-element';
import { asList, asMap, childSchema, isEmptyMap, shapeOf } from './typed-value';

/** The fields that someone who applies the value owns. */
export function fieldSetOf(value: unknown, schema: Schema): FieldSet {
  const builder = new FieldSetBuilder();
  visit(value, schema, [], builder);
  return builder.root;
}

function visit(value: unknown, schema: Schema, path: string[], builder: FieldSetBuilder): void {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf' || (shape === 'map' ? schema.atomic : schema.listType === 'atomic')) builder.insert(path);
  else if (shape === 'map') visitMap(asMap(value), schema, path, builder);
  else visitList(asList(value), schema, path, builder);
}

function visitMap(map: Readonly<Record<string, unknown>> | undefined, schema: Schema, path: string[], builder: FieldSetBuilder): void {
  for (const key in map) {
    const value = map[key];
    path.push(fieldElement(key));
    visit(value, childSchema(schema, key), path, builder);
    const empty = value === null || (asMap(value) !== undefined && isEmptyMap(value as object));
    if (empty || !schema.fields.has(key)) builder.insert(path);
    path.pop();
  }
}

function visitList(list: readonly unknown[] | undefined, schema: Schema, path: string[], builder: FieldSetBuilder): void {
  for (const item of list ?? []) {
    path.push(itemElement(item, schema));
    visit(item, childSchema(schema, ''), path, builder);
    builder.insert(path);
    path.pop();
  }
}

/**
 * The same set where objects that have fields in it belong to it themselves, so that taking the set away from an object takes
 * the objects with it that would be left empty.
 */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const key in set) {
    if (key === '.') {
      result[key] = {};
      continue;
    }
    const named = key.startsWith('f:');
    const name = key.slice(2);
    const children = withNamedFields(set[key] as FieldSet, childSchema(schema, named ? name : ''));
    const declared = named && schema.fields.has(name);
    result[key] = declared && !isEmptyMap(children) ? { '.': {}, ...children } : children;
  }
  return result;
}
