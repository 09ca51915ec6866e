import { jsonTypeName } from '../decode/decoding-error';
import { badRequest } from '../status-error';
import { readPatchBody } from './json';
import { isObject } from './json-object';
import type { JsonObject } from './json-object';

/**
 * RFC 7386. `patch` is an object or its text. The original is not changed; parts of it are shared. Throws 400 for what is no patch.
 * Where keys were merged they are sorted, as upstream writes them.
 */
export function applyMergePatch(original: unknown, patch: unknown): unknown {
  const value = readPatchBody(patch);
  if (value === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(value)) throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`);
  return mergePatch(original, value);
}

function mergePatch(target: unknown, patch: JsonObject): JsonObject {
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? mergePatch(result[key], value) : value;
  }
  return Object.fromEntries(Object.keys(result).sort().map((key) => [key, result[key]]));
}
