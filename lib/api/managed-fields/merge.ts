import type { Schema } from '../schema/schema-node';
import { itemElement } from './path-element';
import { asList, asMap, childSchema, isEmptyMap, shapeOf } from './typed-value';

/** The live value with the applied one over it: maps and associative lists are merged, everything else is taken from the applied value if it has it. */
export function mergeValues(live: unknown, applied: unknown, schema: Schema): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = shapeOf(applied ?? live, schema);
  if (shape === 'map') return mergeMaps(live, applied, schema);
  return shape === 'list' ? mergeLists(live, applied, schema) : applied;
}

function mergeMaps(live: unknown, applied: unknown, schema: Schema): unknown {
  const left = asMap(live);
  const right = asMap(applied);
  if (schema.atomic || (isEmptyMap(left) && isEmptyMap(right))) return applied;
  const result: Record<string, unknown> = { ...left };
  for (const key in right) result[key] = mergeValues(left?.[key], right[key], childSchema(schema, key));
  return result;
}

/** Live elements keep their place; applied ones that are new follow in their order. */
function mergeLists(live: unknown, applied: unknown, schema: Schema): unknown {
  const left = asList(live) ?? [];
  const right = asList(applied) ?? [];
  if (schema.listType === 'atomic' || (left.length === 0 && right.length === 0)) return applied;
  const items = new Map(left.map((item) => [itemElement(item, schema), item]));
  const element = childSchema(schema, '');
  for (const item of right) {
    const key = itemElement(item, schema);
    items.set(key, mergeValues(items.get(key), item, element));
  }
  return [...items.values()];
}
