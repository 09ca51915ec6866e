import type { ApiResponse } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import { StoreError } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { listAnswer, type ListContent } from '../answers';
import type { Call } from '../call';
import { decodeContinue, encodeContinue } from '../continue-token';
import { tooLargeVersion } from '../http-errors';
import { asVersion, type Stored } from '../object-storage';
import { type ListOptions, parseListOptions } from '../query-options';
import { storagePrefix } from '../registry/resource';
import { parseSelection, type Selection } from '../selection';

export function list(call: Call): ApiResponse {
  const options = parseListOptions(call.query, { watch: false });
  return listAnswer(call, readPage(call, options, parseSelection(options, call.resource)));
}

interface Start {
  /** undefined: the newest state. */
  readonly at: number | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Which state a list shows, and from where on. Follows the storage layer of k8s.io/apiserver 1.28. */
export function startOf({ continueToken, resourceVersion, revision, match, limit }: ListOptions, current: number): Start {
  if (continueToken) {
    const position = decodeContinue(continueToken);
    return { at: position.revision > 0 ? position.revision : undefined, after: position.after, limit };
  }
  if (revision > current) throw tooLargeVersion(revision, current);
  const exact = match === 'Exact' || (match === '' && limit > 0 && revision > 0);
  // "0" means whatever the cache has, and the cache does not page.
  return { at: exact ? revision : undefined, after: undefined, limit: resourceVersion === '0' ? 0 : Math.max(0, limit) };
}

function readPage({ server, resource, info }: Call, options: ListOptions, selection: Selection): ListContent {
  const { backend } = server.storage;
  const start = startOf(options, backend.revision);
  const { limit } = start;
  const prefix = storagePrefix(resource, info.namespace);
  try {
    const startAfter = start.after === undefined ? undefined : prefix + start.after;
    const found = backend.list(prefix, { at: start.at, startAfter, ...(start.at === undefined && { term: selection.term }), ...(selection.everything && limit > 0 && { limit }) });
    if (selection.everything) return page(found.entries, found.remaining, found.revision);
    const all = found.entries.filter(({ value }) => selection.matches(asVersion(value, resource) as AnyObject));
    const kept = limit > 0 ? all.slice(0, limit) : all;
    const more = limit > 0 && kept.length === limit && kept[kept.length - 1] !== found.entries[found.entries.length - 1];
    return page(kept, more ? -1 : 0, found.revision);
  } catch (error) {
    throw expiredList(error, start);
  }

  function page(entries: readonly { readonly key: string; readonly value: Stored }[], remaining: number, revision: number): ListContent {
    const items = entries.map(({ value }) => asVersion(value, resource));
    if (remaining === 0) return { items, revision };
    const after = entries[entries.length - 1].key.slice(prefix.length);
    return { items, revision, continueToken: encodeContinue({ revision, after }), ...(remaining > 0 && { remaining }) };
  }
}

/** A page of a list that is gone can be continued in today's state; the answer carries the token for that. */
function expiredList(error: unknown, { after }: Start): unknown {
  if (!(error instanceof StoreError) || error.reason !== 'Expired') return error;
  if (after === undefined) return new StatusError(newStatus(410, 'Expired', 'The resourceVersion for the provided list is too old.'));
  const status = newStatus(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.');
  return new StatusError({ ...status, metadata: { continue: encodeContinue({ revision: -1, after }) } });
}
