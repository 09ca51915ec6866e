import type { DeepReadonly } from '../base/deep-readonly';
import type { KindName, KindOf } from '../api/kinds';
import type { Transport } from '../api/request';
import type { KubeObject, meta } from '../api/types';

/** Which object: namespace is left out for cluster-scoped kinds. */
export interface ObjectReference {
  readonly namespace?: string;
  readonly name: string;
}

export interface ListQuery {
  /** @default all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** At most so many: `metadata.continue` of a list that has more is not empty. @default all */
  readonly limit?: number;
}

export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchOptions extends WriteOptions {
  /** @default strategic */
  readonly type?: PatchType;
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  readonly subresource?: string;
}

/** A kind by name where it is built in, by apiVersion and kind otherwise. */
export type KindReference = KindName | { readonly apiVersion: string; readonly kind: string };

/**
 * Typed calls to any API server. Rejects with StatusError for refusals (lib/api/status-error has the predicates). Built-in kinds are named as
 * text and typed; objects of any kind, CRDs included, are taken where a whole object is passed (their path is looked up by discovery, once).
 * What is passed in is not changed; what comes out may be shared with the server in the same process: clone before changing. Safe to call concurrently.
 */
export interface Client {
  /** As this client's user: for requests that have no method here. */
  readonly transport: Transport;

  get<K extends KindName>(kind: K, reference: ObjectReference): Promise<DeepReadonly<KindOf<K>>>;
  /** undefined when it does not exist. */
  tryGet<K extends KindName>(kind: K, reference: ObjectReference): Promise<DeepReadonly<KindOf<K>> | undefined>;
  list<K extends KindName>(kind: K, query?: ListQuery): Promise<{ readonly items: readonly DeepReadonly<KindOf<K>>[]; readonly resourceVersion: string }>;

  create<T extends KubeObject>(object: DeepReadonly<T>, options?: WriteOptions): Promise<DeepReadonly<T>>;
  /** PUT with the object's resourceVersion: Conflict when somebody else was first. */
  update<T extends KubeObject>(object: DeepReadonly<T>, options?: WriteOptions): Promise<DeepReadonly<T>>;
  /** PUT to the status subresource. */
  updateStatus<T extends KubeObject>(object: DeepReadonly<T>, options?: WriteOptions): Promise<DeepReadonly<T>>;
  patch<K extends KindName>(kind: K, reference: ObjectReference, patch: unknown, options?: PatchOptions): Promise<DeepReadonly<KindOf<K>>>;
  /** Server-side apply. `fieldManager` says who owns the fields. */
  apply<T extends KubeObject>(object: DeepReadonly<T>, options: ApplyOptions): Promise<DeepReadonly<T>>;
  /** Resolves also when it is already gone only with `delete`'s answer; a missing object rejects with NotFound. */
  delete(kind: KindReference, reference: ObjectReference, options?: DeleteOptions): Promise<void>;
  tryDelete(kind: KindReference, reference: ObjectReference, options?: DeleteOptions): Promise<boolean>;

  /** POST to a subresource: `pods/web-0/binding`, `…/eviction`, `serviceaccounts/x/token`. */
  createSubresource<T>(kind: KindName, reference: ObjectReference, subresource: string, body: unknown): Promise<T>;
  /** Any other object by apiVersion and kind (discovery decides the path). */
  tryGetObject(type: { readonly apiVersion: string; readonly kind: string }, reference: ObjectReference, subresource?: string): Promise<DeepReadonly<KubeObject> | undefined>;
  listObjects(type: { readonly apiVersion: string; readonly kind: string }, query?: ListQuery):
  Promise<{ readonly items: readonly DeepReadonly<KubeObject>[]; readonly metadata: meta.ListMeta }>;
}
