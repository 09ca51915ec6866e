import { DecodingError } from '../decode/decoding-error';
import { parseJson } from '../decode/json-scanner';
import type { Schema } from '../schema/schema-node';
import { badRequest } from '../status-error';
import { isObject } from './json-object';
import type { JsonObject } from './json-object';
import { mergeList, orderElements } from './strategic-list';
import { DELETE_LIST, DIRECTIVE, RETAIN_KEYS, SET_ORDER, badPatch, removeDirectives } from './strategic-directives';
import { checkOrder } from './strategic-order';

/**
 * Strategic merge patch: as a merge patch, but lists are merged by the merge key of the schema, and directives ($patch, $retainKeys,
 * $setElementOrder/x, $deleteFromPrimitiveList/x) say what merging cannot. `patch` is an object or its text. The original is not changed;
 * parts of it are shared. Throws StatusError 400 with upstream's texts (which answers some of these with 500). Follows apimachinery's strategicpatch.
 */
export function applyStrategicMergePatch(original: unknown, patch: unknown, schema: Schema): unknown {
  const value = readPatch(patch);
  if (!isObject(value)) throw badRequest('The JSON document is not a valid patch: it must be an object');
  return mergeMap(isObject(original) ? original : {}, value, schema);
}

function readPatch(patch: unknown): unknown {
  if (typeof patch !== 'string' && !(patch instanceof Uint8Array)) return patch;
  try {
    return parseJson(typeof patch === 'string' ? patch : Buffer.from(patch).toString());
  } catch (error) {
    if (error instanceof DecodingError) throw badRequest(error.message);
    throw error;
  }
}

/** Merges an object; `schema` is undefined below what the schema does not know. */
export function mergeMap(original: JsonObject, patch: JsonObject, schema: Schema | undefined): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    const { [DIRECTIVE]: _, ...rest } = patch;
    if (directive === 'replace') return rest;
    if (directive === 'delete') return {};
    if (directive !== 'merge') throw badPatch(patch, directive, 'map');
  }
  const result = retainKeys(original, patch);
  const handled = new Set<string>([DIRECTIVE, RETAIN_KEYS]);
  for (const key of Object.keys(patch).filter((name) => name.startsWith(SET_ORDER))) {
    handled.add(key).add(key.slice(SET_ORDER.length));
    mergeOrdered(result, patch, key.slice(SET_ORDER.length), schema);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (handled.has(key)) continue;
    if (key.startsWith(DELETE_LIST)) deletePrimitives(result, key.slice(DELETE_LIST.length), value);
    else mergeField(result, key, value, schema);
  }
  return result;
}

function mergeField(result: JsonObject, key: string, value: unknown, schema: Schema | undefined): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const current = result[key];
  if (current === undefined || current === null) result[key] = removeDirectives(value);
  else if (isObject(current) && isObject(value)) {
    result[key] = schema?.fields.get(key)?.patchStrategies.includes('replace') ? value : mergeMap(current, value, childOf(schema, key));
  } else if (Array.isArray(current) && Array.isArray(value)) result[key] = mergeListField(current, value, key, schema);
  else result[key] = value;
}

const childOf = (schema: Schema | undefined, key: string) => schema?.fields.get(key)?.schema ?? schema?.element;

function mergeListField(current: readonly unknown[], value: readonly unknown[], key: string, schema: Schema | undefined): readonly unknown[] {
  const field = schema?.fields.get(key);
  if (!field?.patchStrategies.includes('merge')) return value;
  return mergeList(current, value, { mergeKey: field.patchMergeKey, element: field.schema.element, mergeMap });
}

/** `$setElementOrder/key`: what the patch says about the list itself is merged first, then all of it is put in order. */
function mergeOrdered(result: JsonObject, patch: JsonObject, key: string, schema: Schema | undefined): void {
  const order = patch[SET_ORDER + key];
  const current = result[key] ?? undefined;
  const change = patch[key] ?? undefined;
  if (!Array.isArray(order) || (current !== undefined && !Array.isArray(current)) || (change !== undefined && !Array.isArray(change))) {
    throw badRequest('invalid patch format of setElementOrder list');
  }
  const mergeKey = schema?.fields.get(key)?.patchMergeKey;
  checkOrder(change ?? [], order, mergeKey);
  if (patch[key] === null) delete result[key];
  else if (current === undefined && change === undefined) return;
  else {
    const merged = current === undefined ? (removeDirectives(change) as unknown[]) : change === undefined ? current : mergeListField(current, change, key, schema);
    result[key] = orderElements(merged, order, current ?? [], mergeKey);
  }
}

function deletePrimitives(result: JsonObject, key: string, value: unknown): void {
  const current = result[key];
  if (Array.isArray(current) && Array.isArray(value)) result[key] = current.filter((item) => !value.includes(item));
}

function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const retained = patch[RETAIN_KEYS];
  if (retained === undefined) return { ...original };
  const named = (key: string) => (retained as readonly unknown[]).includes(key);
  const isDirective = (key: string) => key.startsWith('$');
  if (!Array.isArray(retained) || !Object.keys(patch).every((key) => isDirective(key) || named(key))) throw badRequest('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([key]) => named(key)));
}
