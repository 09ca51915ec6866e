import type { ApiResponse } from '../api/request';
import { apiVersionOf } from '../api/kinds';
import type { AnyObject } from './any-object';
import type { Call } from './call';
import { notConvertible } from './http-errors';
import type { Stored } from './object-storage';
import { partialMetadata } from './partial-metadata';
import { listTable, objectTable } from './table/table';

/** One object in the form that was asked for. */
export function objectAnswer(call: Call, status: number, object: Stored): ApiResponse {
  return { status, body: objectBody(call, object) };
}

function objectBody({ form, resource, query, server }: Call, object: Stored): unknown {
  const shown = object as AnyObject;
  switch (form.as) {
    case 'plain': return shown;
    case 'Table': return objectTable(resource, [shown], { version: form.version, include: query.get('includeObject') ?? undefined, now: server.clock.now() });
    case 'PartialObjectMetadata': return partialMetadata(shown, form.version);
    case 'PartialObjectMetadataList': throw notConvertible(`you requested PartialObjectMetadataList, but the requested object is not a list (*${goPackage(resource.group)}.${resource.kind})`);
  }
}

/** The objects of a list with what the list says about itself. */
export interface ListContent {
  readonly items: readonly Stored[];
  readonly revision: number;
  readonly continueToken?: string;
  readonly remaining?: number;
}

export function listAnswer({ form, resource, query, server }: Call, content: ListContent): ApiResponse {
  const { items, revision, continueToken, remaining } = content;
  const metadata = { resourceVersion: String(revision), ...((continueToken || resource.custom) && { continue: continueToken ?? '' }), ...(remaining && { remainingItemCount: remaining }) };
  switch (form.as) {
    case 'plain': return { status: 200, body: { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata, items: resource.custom ? items : items.map(withoutType) } };
    case 'Table': return { status: 200, body: listTable(resource, items as readonly AnyObject[], metadata, { version: form.version, include: query.get('includeObject') ?? undefined, now: server.clock.now() }) };
    case 'PartialObjectMetadataList':
      return { status: 200, body: { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${form.version}`, metadata, items: items.length === 0 ? null : items.map((item) => partialMetadata(item as AnyObject, form.version)) } };
    case 'PartialObjectMetadata': throw notConvertible(`you requested PartialObjectMetadata, but the requested object is a list (*${goPackage(resource.group)}.${resource.listKind})`);
  }
}

/** As messages of the real server name a group's Go package. */
const goPackage = (group: string) => (group === '' ? 'core' : group.split('.')[0]);

const bare = new WeakMap<object, unknown>();

/** Items of a list of a built-in kind have no type of their own. The same result for the same object. */
function withoutType(object: Stored): unknown {
  let item = bare.get(object);
  if (!item) {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    bare.set(object, (item = rest));
  }
  return item;
}
