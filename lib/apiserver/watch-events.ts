import { apiVersionOf } from '../api/kinds';
import type { WatchEvent } from '../api/request';
import type { AnyObject } from './any-object';
import type { Call } from './call';
import { partialMetadata } from './partial-metadata';
import { objectTable } from './table/table';

/** The event in the form that was asked for. Plain events share the stored object, so that its bytes are made once. */
export function shownEvent({ form, resource, query, server }: Call, event: { readonly type: WatchEvent['type']; readonly object: AnyObject }, first = true): WatchEvent {
  if (form.as === 'plain') return event;
  if (form.as === 'Table') {
    const table = objectTable(resource, [event.object], { version: form.version, include: query.get('includeObject') ?? undefined, now: server.clock.now(), withoutColumns: !first });
    return { type: event.type, object: table };
  }
  return { type: event.type, object: partialMetadata(event.object, form.version) };
}

/** Says that the watcher has seen everything up to the revision. */
export function shownBookmark({ form, resource }: Call, revision: number): WatchEvent {
  const metadata = { resourceVersion: String(revision), creationTimestamp: null };
  const object = form.as === 'plain' || form.as === 'Table'
    ? { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata }
    : { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${form.version}`, metadata };
  return { type: 'BOOKMARK', object };
}
