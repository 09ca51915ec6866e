/**
 * The durable log behind the API server: keys like `/pods/default/web-0`, values that are plain JSON objects, one revision counter
 * for all of them. Two implementations, `memory.ts` and `sqlite.ts`, pass the same contract suite (test/contract/store.ts).
 *
 * Values that come out are shared and frozen by convention (never change them); values that go in belong to the store afterwards.
 */
export interface Backend<V = unknown> {
  /** The newest revision that is committed and visible. */
  readonly revision: number;
  /** Reads below this answer Expired. */
  readonly compacted: number;

  /** Rejects with `AlreadyExists`. Resolves after the write is durable; visible to reads and watches only then. */
  create(key: string, value: V): Promise<Entry<V>>;
  /** Rejects with `NotFound`, or with `Conflict` (carrying the current entry) when `expected` is not the key's current revision. */
  update(key: string, value: V, expected: number): Promise<Entry<V>>;
  /** As update. Resolves with the last entry; its `revision` is that of the deletion. */
  delete(key: string, expected?: number): Promise<Entry<V>>;

  tryGet(key: string): Entry<V> | undefined;
  /** In the order of keys. `at` reads a past revision (Expired below `compacted`, and above `revision` rejects with `TooLarge`). */
  list(prefix: string, options?: ListOptions): ListResult<V>;
  /**
   * Every event with a revision above `after`, in order, exactly once, until the signal aborts. Fails with `Expired` (also later, when the
   * consumer is so slow that its events are compacted), never with a gap.
   */
  watch(prefix: string, options: WatchOptions): AsyncIterable<StoreEvent<V>>;

  /** Forgets history up to and including the revision; current values stay. */
  compact(revision: number): Promise<void>;
  /** Waits for pending writes. The backend answers nothing afterwards. */
  close(): Promise<void>;
}

export interface Entry<V> {
  readonly key: string;
  readonly value: V;
  /** Revision of the last change of this key. */
  readonly revision: number;
}

export interface ListOptions {
  readonly limit?: number;
  /** Only keys after this one (exclusive). */
  readonly startAfter?: string;
  readonly at?: number;
  /** Only what has this term (see BackendOptions) now; found without a look at the others. Not with `limit` or `at`. */
  readonly term?: string;
}

export interface WatchOptions {
  readonly after: number;
  /** Only changes of entries that had this term before or have it afterwards. Every entry has its own key as a term. */
  readonly term?: string;
  readonly signal?: AbortSignal;
}

export interface ListResult<V> {
  readonly entries: readonly Entry<V>[];
  /** The revision the answer is consistent at. */
  readonly revision: number;
  /** Keys after the last entry that the limit cut off. */
  readonly remaining: number;
}

export type StoreEvent<V> =
  | { readonly type: 'PUT'; readonly key: string; readonly value: V; readonly revision: number; readonly previous?: V }
  | { readonly type: 'DELETE'; readonly key: string; readonly value: V; readonly revision: number };

export type StoreErrorReason = 'AlreadyExists' | 'NotFound' | 'Conflict' | 'Expired' | 'TooLarge' | 'Closed';

export class StoreError<V = unknown> extends Error {
  constructor(readonly reason: StoreErrorReason, message: string, readonly current?: Entry<V>) {
    super(message);
    this.name = 'StoreError';
  }
}

export interface BackendOptions<V> {
  /**
   * Writes the revision into a value (`metadata.resourceVersion`), once, before it becomes visible. May change its argument.
   * @default the value as it is
   */
  readonly stamp?: (value: V, revision: number) => V;
  /** By what entries are found, besides their keys. Pure. @default none */
  readonly terms?: (key: string, value: V) => readonly string[];
  /** Events kept for watches and reads of the past. @default 20,000 */
  readonly history?: number;
}
