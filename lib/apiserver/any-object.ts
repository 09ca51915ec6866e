import type { KubeObject, ObjectMeta } from '../api/types';

export type MutableMeta = { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] };

/** An object of whatever kind, as the generic registry handles it. */
export interface AnyObject extends KubeObject {
  metadata: MutableMeta;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** Plain JSON values are equal when they print alike; the order of keys does not count. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => deepEqual(value, b[index]));
  const left = definedEntries(a);
  const right = definedEntries(b);
  return left.length === right.length && left.every(([key, value]) => Object.hasOwn(b, key) && deepEqual(value, (b as Record<string, unknown>)[key]));
}

const definedEntries = (object: object) => Object.entries(object).filter(([, value]) => value !== undefined);
