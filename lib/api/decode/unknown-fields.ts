import type { Schema } from '../schema/schema-node';

/** Paths of the fields that the schema does not have, in the order of the input: `spec.template.spec.containers[0].imagee`. */
export function unknownFields(value: unknown, schema: Schema, path = ''): string[] {
  if (Array.isArray(value)) {
    const element = schema.element;
    return element ? value.flatMap((item, index) => unknownFields(item, element, `${path}[${index}]`)) : [];
  }
  if (typeof value !== 'object' || value === null || schema.type === 'any') return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = path ? `${path}.${key}` : key;
    const next = schema.fields.get(key)?.schema ?? schema.element;
    return next ? unknownFields(item, next, at) : [at];
  });
}
