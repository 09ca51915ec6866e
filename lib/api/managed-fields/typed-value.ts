import { ANY } from '../schema/schema-node';
import type { Schema } from '../schema/schema-node';

/** How a value takes part in server-side apply, which looks at the value where the schema is open. */
export type Shape = 'map' | 'list' | 'leaf';

export function shapeOf(value: unknown, { type }: Schema): Shape {
  if (type === 'object' || type === 'map') return 'map';
  if (type === 'list') return 'list';
  if (type !== 'any' || typeof value !== 'object' || value === null) return 'leaf';
  return Array.isArray(value) ? 'list' : 'map';
}

/** The schema of a key; free-form below what is free-form. */
export const childSchema = (schema: Schema, key: string): Schema => schema.fields.get(key)?.schema ?? schema.element ?? ANY;

export const asMap = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

export const asList = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

export const isEmptyMap = (map: object | undefined): boolean => {
  for (const _ in map) return false;
  return true;
};

export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equalValues(left[key], right[key]));
}
