import type { KubeObject } from '../types';
import type { CustomSchema } from './schema-node';

type JsonObject = Record<string, unknown>;

/** Fills in the defaults of a structural schema, in place; nulls that the schema does not allow are dropped (and then defaulted). */
export function defaultCustomResource(object: KubeObject, schema: CustomSchema): void {
  defaultValue(object, schema, true);
}

function defaultValue(value: unknown, schema: CustomSchema, root: boolean): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const item of value) defaultValue(item, items, false);
  } else if (typeof value === 'object' && value !== null) defaultObject(value as JsonObject, schema, root);
}

function defaultObject(object: JsonObject, { properties = {}, additionalProperties }: CustomSchema, root: boolean): void {
  for (const [key, property] of Object.entries(properties)) {
    if (root && (key === 'metadata' || key === 'apiVersion' || key === 'kind')) continue;
    if (object[key] === null && !property.nullable) delete object[key];
    if (object[key] === undefined && property.default !== undefined) object[key] = structuredClone(property.default);
    defaultValue(object[key], property, false);
  }
  if (typeof additionalProperties !== 'object') return;
  for (const key of Object.keys(object)) if (!Object.hasOwn(properties, key)) defaultValue(object[key], additionalProperties, false);
}
