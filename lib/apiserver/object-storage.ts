import type { DeepReadonly } from '../base/deep-readonly';
import { apiVersionOf, type KindName, type KindOf, resourceOf, type ResourceInfo } from '../api/kinds';
import { defaultCustomResource } from '../api/schema/custom-resource-defaults';
import type { Schema } from '../api/schema/schema';
import { pruneCustomResource } from '../api/schema/custom-resource-pruning';
import type { KubeObject, Pod } from '../api/types';
import type { Backend, Entry } from '../store/backend';
import type { AnyObject } from './any-object';
import { canonical } from './canonical';
import { convert } from './conversion';
import type { ObjectReader } from './object-reader';
import { type CustomResource, storageKey, storagePrefix } from './registry/resource';
import { onNode } from './store-options';

type StoredResource = ResourceInfo & { readonly custom?: Pick<CustomResource, 'schema' | 'storageVersion' | 'storageSchema'> };

export type Stored = DeepReadonly<KubeObject>;

/** Objects by resource and name, over keys of the backend, each in the version that is asked for. */
export class ObjectStorage implements ObjectReader {
  constructor(readonly backend: Backend<KubeObject>) {}

  tryFind(resource: StoredResource, namespace: string, name: string): Stored | undefined {
    const entry = this.backend.tryGet(storageKey(resource, namespace, name));
    return entry && asVersion(entry.value, resource);
  }

  all(resource: StoredResource, namespace = ''): readonly Stored[] {
    return this.backend.list(storagePrefix(resource, namespace)).entries.map(({ value }) => asVersion(value, resource));
  }

  async create(resource: StoredResource, object: KubeObject): Promise<Stored> {
    return this.shown(resource, await this.backend.create(keyFor(resource, object), canonical(toStored(object as AnyObject, resource), '0')));
  }

  /** Rejects with the store's Conflict when the object is no longer at `expected`. */
  async update(resource: StoredResource, object: KubeObject, expected: string | undefined): Promise<Stored> {
    return this.shown(resource, await this.backend.update(keyFor(resource, object), canonical(toStored(object as AnyObject, resource), '0'), Number(expected)));
  }

  /** The last state, with the revision of its deletion. */
  async remove(resource: StoredResource, object: Stored): Promise<Stored> {
    return this.shown(resource, await this.backend.delete(keyFor(resource, object), Number(object.metadata.resourceVersion)));
  }

  tryGet<K extends KindName>(kind: K, { namespace = '', name }: { readonly namespace?: string; readonly name: string }): DeepReadonly<KindOf<K>> | undefined {
    return this.tryFind(resourceOf(kind), namespace, name) as DeepReadonly<KindOf<K>> | undefined;
  }

  list<K extends KindName>(kind: K, namespace?: string): readonly DeepReadonly<KindOf<K>>[] {
    return this.all(resourceOf(kind), namespace) as readonly DeepReadonly<KindOf<K>>[];
  }

  podsOn(node: string, namespace?: string): readonly DeepReadonly<Pod>[] {
    return this.backend.list(storagePrefix(resourceOf('Pod'), namespace), { term: onNode(node) }).entries.map(({ value }) => value as DeepReadonly<Pod>);
  }

  private shown(resource: StoredResource, { value }: Entry<KubeObject>): Stored {
    return asVersion(value, resource);
  }
}

/** Custom resources are kept in one version, without what that version's schema does not have. */
function toStored(object: AnyObject, { group, custom }: StoredResource): AnyObject {
  if (!custom || object.apiVersion === `${group}/${custom.storageVersion}`) return object;
  const { source } = custom.storageSchema;
  const { object: pruned } = source ? pruneCustomResource(object, source) : { object };
  return { ...(pruned as AnyObject), apiVersion: `${group}/${custom.storageVersion}` };
}

/** The stored object as the version of the resource writes it; the same object when that is how it is stored. */
export function asVersion(object: Stored, resource: StoredResource): Stored {
  const shown = object.apiVersion === apiVersionOf(resource) && object.kind === resource.kind ? object : convert(object, resource);
  return resource.custom ? withDefaults(shown, resource.custom.schema) : shown;
}

const defaulted = new WeakMap<object, { readonly schema: Schema; readonly object: Stored }>();

/** Custom resources are shown with the defaults of today's schema, also those that were stored before it had them. */
function withDefaults(object: Stored, schema: Schema): Stored {
  const { source } = schema;
  if (!source || !hasDefaults(source)) return object;
  const known = defaulted.get(object);
  if (known?.schema === schema) return known.object;
  const copy = structuredClone(object) as KubeObject;
  defaultCustomResource(copy, source);
  defaulted.set(object, { schema, object: copy });
  return copy;
}

const withDefault = new WeakMap<object, boolean>();

function hasDefaults(source: object): boolean {
  let found = withDefault.get(source);
  if (found === undefined) withDefault.set(source, (found = JSON.stringify(source).includes('"default":')));
  return found;
}

function keyFor(resource: ResourceInfo, object: Stored): string {
  return storageKey(resource, object.metadata.namespace ?? '', object.metadata.name ?? '');
}
