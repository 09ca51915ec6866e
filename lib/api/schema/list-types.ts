import type { FieldError } from '../status-error';
import type { CustomSchema } from './schema-node';

/** Elements that occur twice in lists that are sets or maps. */
export function validateListTypes(value: unknown, schema: CustomSchema | undefined, path: string): FieldError[] {
  if (!schema || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return [...duplicates(value, schema, path), ...value.flatMap((item, index) => validateListTypes(item, schema.items, `${path}[${index}]`))];
  }
  const { properties = {}, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, item]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : typeof additionalProperties === 'object' ? additionalProperties : undefined;
    return validateListTypes(item, property, path ? `${path}.${key}` : key);
  });
}

function duplicates(list: readonly unknown[], schema: CustomSchema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return [];
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
  const seen = new Set<string>();
  return list.flatMap((item, index): FieldError[] => {
    const identity = listType === 'set' ? item : keyed(item, keys, schema);
    const text = JSON.stringify(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${listType === 'map' ? `map[string]interface {}${text}` : text}` }];
  });
}

function keyed(item: unknown, keys: readonly string[], { items }: CustomSchema): Record<string, unknown> {
  const object = (typeof item === 'object' && item !== null ? item : {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(keys.flatMap((key) => {
    const value = object[key] ?? items?.properties?.[key]?.default;
    return value === undefined ? [] : [[key, value]];
  }));
}
