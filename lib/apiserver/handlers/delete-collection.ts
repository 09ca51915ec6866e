import type { ApiResponse } from '../../api/request';
import { isNotFound } from '../../api/status-error';
import type { AnyObject } from '../any-object';
import { listAnswer } from '../answers';
import type { Call } from '../call';
import { parseDeleteOptions } from '../delete-options';
import type { Stored } from '../object-storage';
import { parseListOptions } from '../query-options';
import { parseSelection } from '../selection';
import { deleteObject } from './delete';

/** Deletes what the selectors mean, one by one; what is gone meanwhile is left out. Answers the list of what was deleted. */
export async function removeCollection(call: Call): Promise<ApiResponse> {
  const { server: { storage }, resource, info, query } = call;
  const options = parseDeleteOptions(call);
  const selection = parseSelection(parseListOptions(query, { watch: false }), resource);
  const { revision } = storage.backend;
  const items: Stored[] = [];
  for (const found of storage.all(resource, info.namespace)) {
    if (!selection.matches(found as AnyObject)) continue;
    try {
      await deleteObject(call, found.metadata.name ?? '', found.metadata.namespace ?? '', options);
      items.push(found);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return listAnswer(call, { items, revision });
}
