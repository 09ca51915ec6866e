import { badRequest } from '../status-error';
import { goText, isObject } from './json-object';
import { DIRECTIVE } from './strategic-directives';

/** What tells one element of a list from another: its merge key, or itself. */
export const identity = (item: unknown, mergeKey: string | undefined): unknown => (mergeKey && isObject(item) ? item[mergeKey] : item);

/** The elements of a patch must stand in the order that $setElementOrder gives. */
export function checkOrder(change: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const kept = change.filter((item) => !isObject(item) || item[DIRECTIVE] === undefined);
  let next = 0;
  for (const item of order) {
    if (next < kept.length && identity(kept[next], mergeKey) === identity(item, mergeKey)) next += 1;
  }
  if (next < kept.length) throw badRequest(`The order in patch list:\n${goText(change)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`);
}
