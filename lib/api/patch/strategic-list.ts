import type { Schema } from '../schema/schema-node';
import { badRequest } from '../status-error';
import { goText, isObject } from './json-object';
import type { JsonObject } from './json-object';
import { DIRECTIVE, badPatch, removeDirectives } from './strategic-directives';
import { identity } from './strategic-order';

export interface ListMerging {
  readonly mergeKey: string | undefined;
  readonly element: Schema | undefined;
  /** How elements that are in both are merged. */
  readonly mergeMap: (original: JsonObject, patch: JsonObject, schema: Schema | undefined) => JsonObject;
}

/** Merges a list with the patch strategy `merge`: values as a set, objects by their merge key. */
export function mergeList(original: readonly unknown[], patch: readonly unknown[], merging: ListMerging): readonly unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (![...original, ...patch].some(isObject)) return orderElements([...new Set([...original, ...patch])], patch, original, undefined);
  const { mergeKey } = merging;
  if (!mergeKey) throw badRequest(`cannot merge lists without merge key`);
  const { base, change, replaced } = applySpecialElements(original, patch, mergeKey);
  if (replaced) return change;
  const merged = [...base];
  for (const item of change) {
    if (!isObject(item) || item[mergeKey] === undefined) throw badRequest(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
    const at = merged.findIndex((other) => identity(other, mergeKey) === item[mergeKey]);
    const current = merged[at];
    if (isObject(current)) merged[at] = merging.mergeMap(current, item, merging.element);
    else merged.push(removeDirectives(item));
  }
  return orderElements(merged, change, base, mergeKey);
}

interface SpecialElements {
  readonly base: readonly unknown[];
  readonly change: readonly unknown[];
  readonly replaced: boolean;
}

/** Elements that carry a $patch directive: delete takes away what has the same key, replace takes the rest of the patch as the list. */
function applySpecialElements(original: readonly unknown[], patch: readonly unknown[], mergeKey: string): SpecialElements {
  let base = original;
  let replaced = false;
  const change = patch.filter((item) => {
    if (!isObject(item) || item[DIRECTIVE] === undefined) return true;
    const directive = item[DIRECTIVE];
    if (directive === 'delete') {
      if (item[mergeKey] === undefined) throw badRequest(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
      base = base.filter((other) => identity(other, mergeKey) !== item[mergeKey]);
    } else if (directive === 'replace') replaced = true;
    else if (directive === 'merge') throw badRequest('merging lists cannot yet be specified in the patch');
    else throw badPatch(item, directive, 'list');
    return false;
  });
  return { base, change: replaced ? change.map(removeDirectives) : change, replaced };
}

/**
 * Puts what the patch names in the order of the patch, and what only the server has where it was relative to those. Follows
 * normalizeElementOrder of upstream.
 */
export function orderElements(merged: readonly unknown[], patchOrder: readonly unknown[], serverOrder: readonly unknown[], mergeKey: string | undefined): unknown[] {
  const position = (order: readonly unknown[], item: unknown) => order.findIndex((other) => identity(other, mergeKey) === identity(item, mergeKey));
  const sorted = (items: unknown[], order: readonly unknown[]) => items.map((item) => ({ item, at: position(order, item) })).sort((a, b) => a.at - b.at).map(({ item }) => item);
  const named = sorted(merged.filter((item) => position(patchOrder, item) >= 0), patchOrder);
  const serverOnly = sorted(merged.filter((item) => position(patchOrder, item) < 0), serverOrder);

  const result: unknown[] = [];
  let left = 0;
  let right = 0;
  while (left < serverOnly.length || right < named.length) {
    if (right >= named.length) result.push(serverOnly[left++]);
    else if (left >= serverOnly.length) result.push(named[right++]);
    else {
      const leftAt = position(serverOrder, serverOnly[left]);
      const rightAt = position(serverOrder, named[right]);
      result.push(leftAt >= 0 && rightAt >= 0 && leftAt < rightAt ? serverOnly[left++] : named[right++]);
    }
  }
  return result;
}
