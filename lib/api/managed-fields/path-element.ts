import type { Schema } from '../schema/schema-node';
import { DecodingError } from '../decode/decoding-error';

export const fieldElement = (name: string): string => `f:${name}`;

/** An element of an associative list as a path element: `k:{"name":"c"}` by its keys, `v:"x"` of a set. Throws if it lacks a key. */
export function itemElement(item: unknown, list: Schema): string {
  if (list.listType === 'set') return `v:${JSON.stringify(item)}`;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw new DecodingError(`associative list with keys may not have non-map elements`);
  const keys = sortedKeys(list);
  let text = 'k:{';
  for (const key of keys) {
    const value = keyValue(item as Record<string, unknown>, key, list);
    text += `${text.length > 3 ? ',' : ''}${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  return `${text}}`;
}

function keyValue(item: Readonly<Record<string, unknown>>, key: string, list: Schema): unknown {
  const value = item[key];
  if (value !== undefined && value !== null) return value;
  const fallback = list.element?.fields.get(key)?.default;
  if (fallback === undefined) throw new DecodingError(`associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`);
  return fallback;
}

const sorted = new WeakMap<readonly string[], readonly string[]>();

function sortedKeys({ mapKeys }: Schema): readonly string[] {
  if (mapKeys.length < 2) return mapKeys;
  let keys = sorted.get(mapKeys);
  if (!keys) sorted.set(mapKeys, (keys = [...mapKeys].sort()));
  return keys;
}

/** A path as messages show it: `.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"]`. */
export function pathText(path: readonly string[]): string {
  return path.map((element) => {
    const rest = element.slice(2);
    if (element.startsWith('f:')) return `.${rest}`;
    return element.startsWith('k:') ? `[${keyText(element)}]` : element.startsWith('v:') ? `[=${rest}]` : `[${rest}]`;
  }).join('');
}

/** The keys of a list element: `name="c"`. */
export function keyText(element: string): string {
  if (element.startsWith('v:')) return `=${element.slice(2)}`;
  const keys = JSON.parse(element.slice(2)) as Record<string, unknown>;
  return Object.entries(keys).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',');
}
