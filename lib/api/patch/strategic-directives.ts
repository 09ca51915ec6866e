import { badRequest } from '../status-error';
import type { StatusError } from '../status-error';
import { goText, isObject } from './json-object';
import type { JsonObject } from './json-object';

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const SET_ORDER = '$setElementOrder/';
export const DELETE_LIST = '$deleteFromPrimitiveList/';

export function badPatch(patch: JsonObject, directive: unknown, where: 'map' | 'list'): StatusError {
  return badRequest(`unknown patch type: ${String(directive)} in ${where}: ${goText(patch)}`);
}

/** A value that the original does not have is taken over, but without the directives and nulls that only mean something against an original. */
export function removeDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isDirectiveOnly(item)).map(removeDirectives);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => item !== null && !isDirectiveKey(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, removeDirectives(item)]));
}

const isDirectiveKey = (key: string) => key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_LIST);

const isDirectiveOnly = (item: unknown) => isObject(item) && (item[DIRECTIVE] === 'delete' || (item[DIRECTIVE] === 'replace' && Object.keys(item).length === 1));
