import type { DeepReadonly } from '../base/deep-readonly';
import { type KindName, type KindOf, type ResourceInfo, apiVersionOf, resourceOf, resourcePath } from '../api/kinds';
import type { ApiRequest, Transport, UserInfo } from '../api/request';
import { isNotFound } from '../api/status-error';
import type { KubeObject, meta } from '../api/types';
import { answered } from './answered';
import type { ApplyOptions, Client, DeleteOptions, KindReference, ListQuery, ObjectReference, PatchOptions, PatchType, WriteOptions } from './client';
import { Discovery } from './discovery';

export interface ClientOptions {
  /** Owner of written fields where a call names none. @default what the server derives from the user agent */
  readonly fieldManager?: string;
  /** Who asks, for transports in the same process. */
  readonly user?: UserInfo;
}

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json',
};

/** A client of the API server behind the transport. */
export function createClient(bareTransport: Transport, options: ClientOptions = {}): Client {
  const transport: Transport = (request) => bareTransport(request.user || !options.user ? request : { ...request, user: options.user });
  const discovery = new Discovery(transport);
  const send = async (request: ApiRequest) => answered(await transport(request), request).body;
  const read = (path: string, query?: URLSearchParams) => send({ method: 'GET', path, query, headers: { accept: 'application/json' } });
  const write = (method: string, path: string, body: unknown, writeOptions: WriteOptions & { readonly force?: boolean } = {}, contentType = 'application/json') =>
    send({ method, path, body, query: writeQuery(writeOptions, options.fieldManager), headers: { 'accept': 'application/json', 'content-type': contentType } });
  const infoOf = async (type: KindReference) => (typeof type === 'string' ? resourceOf(type) : discovery.resourceOf(type));
  const pathOf = async (object: DeepReadonly<KubeObject>, subresource?: string) =>
    resourcePath(await discovery.resourceOf(object), { namespace: object.metadata.namespace, name: nameOf(object), subresource });

  async function listAt(info: ResourceInfo, query: ListQuery = {}) {
    const list = await read(resourcePath(info, query), listQuery(query)) as { readonly metadata: meta.ListMeta; readonly items?: readonly DeepReadonly<KubeObject>[] | null };
    return { metadata: list.metadata, items: (list.items ?? []).map((item) => withType(item, info)) };
  }

  async function remove(type: KindReference, reference: ObjectReference, deleteOptions: DeleteOptions = {}): Promise<void> {
    const { dryRun, ...body } = deleteOptions;
    await send({
      method: 'DELETE', path: resourcePath(await infoOf(type), reference), query: dryRun ? new URLSearchParams({ dryRun: 'All' }) : undefined,
      headers: { 'accept': 'application/json', 'content-type': 'application/json' }, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...body },
    });
  }

  return {
    transport,
    get: async <K extends KindName>(kind: K, reference: ObjectReference) => await read(resourcePath(resourceOf(kind), reference)) as DeepReadonly<KindOf<K>>,
    tryGet: <K extends KindName>(kind: K, reference: ObjectReference) => orUndefined(async () => await read(resourcePath(resourceOf(kind), reference)) as DeepReadonly<KindOf<K>>),
    async list<K extends KindName>(kind: K, query?: ListQuery) {
      const { items, metadata } = await listAt(resourceOf(kind), query);
      return { items: items as unknown as readonly DeepReadonly<KindOf<K>>[], resourceVersion: metadata.resourceVersion ?? '' };
    },

    create: async <T extends KubeObject>(object: DeepReadonly<T>, writeOptions?: WriteOptions) =>
      await write('POST', resourcePath(await discovery.resourceOf(object as KubeObject), { namespace: (object as KubeObject).metadata.namespace }), object, writeOptions) as DeepReadonly<T>,
    update: async <T extends KubeObject>(object: DeepReadonly<T>, writeOptions?: WriteOptions) => await write('PUT', await pathOf(object as KubeObject), object, writeOptions) as DeepReadonly<T>,
    updateStatus: async <T extends KubeObject>(object: DeepReadonly<T>, writeOptions?: WriteOptions) =>
      await write('PUT', await pathOf(object as KubeObject, 'status'), object, writeOptions) as DeepReadonly<T>,
    patch: async <K extends KindName>(kind: K, reference: ObjectReference, patch: unknown, { type, subresource, ...writeOptions }: PatchOptions = {}) =>
      await write('PATCH', resourcePath(resourceOf(kind), { ...reference, subresource }), patch, writeOptions, PATCH_TYPES[type ?? 'strategic']) as DeepReadonly<KindOf<K>>,
    apply: async <T extends KubeObject>(object: DeepReadonly<T>, { subresource, ...writeOptions }: ApplyOptions) =>
      await write('PATCH', await pathOf(object as KubeObject, subresource), object, writeOptions, 'application/apply-patch+yaml') as DeepReadonly<T>,

    delete: remove,
    tryDelete: async (type, reference, deleteOptions) => await orUndefined(async () => {
      await remove(type, reference, deleteOptions);
      return true;
    }) ?? false,

    createSubresource: async <T>(kind: KindName, reference: ObjectReference, subresource: string, body: unknown) =>
      await write('POST', resourcePath(resourceOf(kind), { ...reference, subresource }), body) as T,
    tryGetObject: (type, reference, subresource) => orUndefined(async () => await read(resourcePath(await discovery.resourceOf(type), { ...reference, subresource })) as DeepReadonly<KubeObject>),
    listObjects: async (type, query) => listAt(await discovery.resourceOf(type), query),
  };
}

/** Items of typed lists come without apiVersion and kind. */
export function withType(item: DeepReadonly<KubeObject>, info: ResourceInfo): DeepReadonly<KubeObject> {
  return item.kind && item.apiVersion ? item : { ...item, apiVersion: apiVersionOf(info), kind: info.kind };
}

function nameOf(object: DeepReadonly<KubeObject>): string {
  if (!object.metadata.name) throw new Error(`${object.kind} has no metadata.name; give it one`);
  return object.metadata.name;
}

async function orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function writeQuery({ fieldManager, dryRun, fieldValidation, force }: WriteOptions & { readonly force?: boolean }, defaultManager?: string): URLSearchParams {
  const manager = fieldManager ?? defaultManager;
  return new URLSearchParams({
    ...(manager && { fieldManager: manager }), ...(dryRun && { dryRun: 'All' }), ...(fieldValidation && { fieldValidation }), ...(force && { force: 'true' }),
  });
}

function listQuery({ labelSelector, fieldSelector, limit }: ListQuery): URLSearchParams {
  return new URLSearchParams({ ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }), ...(limit !== undefined && { limit: String(limit) }) });
}
