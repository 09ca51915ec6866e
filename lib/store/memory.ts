import { AsyncQueue } from '../base/async-queue';
import { type Backend, type BackendOptions, type Entry, type ListOptions, type ListResult, StoreError, type StoreEvent, type WatchOptions } from './backend';
import { type Change, History } from './history';
import { SortedKeys } from './sorted-keys';
import { TermIndex } from './term-index';
import { Watchers } from './watchers';

/** Where committed writes are kept besides memory. */
export interface Persistence<V> {
  /** Returns (or resolves) only when the whole batch is on disk. Never called again before it did. */
  persist(batch: readonly Change<V>[]): void | Promise<void>;
  close(): void;
}

/** What a store starts from. */
export interface StoredState<V> {
  readonly entries: Iterable<Entry<V>>;
  readonly revision: number;
}

const NOTHING = { persist: () => undefined, close: () => undefined };
/** A watcher with this many events waiting is cut off with Expired instead of holding them all. */
const WATCH_BUFFER = 50_000;

interface Pending<V> {
  readonly change: Change<V>;
  readonly resolve: (entry: Entry<V>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The store's semantics, all values in memory. Writes are checked against what is committed and what is waiting, get their revision at once, and become
 * visible in batches: everything that waits when the previous batch is done goes to `persistence` together (group commit).
 */
export class MemoryBackend<V = unknown> implements Backend<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly keys = new SortedKeys();
  private readonly history: History<V>;
  private readonly watchers: Watchers<V>;
  private readonly index: TermIndex<V>;
  private readonly staged = new Map<string, Entry<V> | undefined>();
  private waiting: Pending<V>[] = [];
  private flushing: Promise<void> | undefined;
  private visible: number;
  private assigned: number;
  private closed = false;

  constructor(private readonly options: BackendOptions<V> = {}, state: StoredState<V> = { entries: [], revision: 0 }, private readonly persistence: Persistence<V> = NOTHING) {
    const terms = options.terms ?? (() => []);
    this.watchers = new Watchers(terms);
    this.index = new TermIndex(terms);
    for (const entry of state.entries) {
      this.entries.set(entry.key, entry);
      this.keys.add(entry.key);
      this.index.change(entry.key, undefined, entry.value);
    }
    this.visible = this.assigned = state.revision;
    this.history = new History(options.history ?? 20_000, state.revision);
  }

  get revision(): number {
    return this.visible;
  }

  get compacted(): number {
    return this.history.compacted;
  }

  create(key: string, value: V): Promise<Entry<V>> {
    return this.write(key, (current) => {
      if (current) throw new StoreError('AlreadyExists', `${key} exists already`, current);
      return value;
    });
  }

  update(key: string, value: V, expected: number): Promise<Entry<V>> {
    return this.write(key, (current) => {
      checkExpected(key, current, expected);
      return value;
    });
  }

  delete(key: string, expected?: number): Promise<Entry<V>> {
    return this.write(key, (current) => {
      checkExpected(key, current, expected);
      return undefined;
    });
  }

  tryGet(key: string): Entry<V> | undefined {
    return this.entries.get(key);
  }

  list(prefix: string, { limit, startAfter, at, term }: ListOptions = {}): ListResult<V> {
    if (term !== undefined) return this.listOfTerm(prefix, term, startAfter);
    if (at !== undefined && at > this.visible) throw new StoreError('TooLarge', `revision ${at} is in the future, the newest is ${this.visible}`);
    const past = at === undefined || at === this.visible ? undefined : this.changedSince(prefix, at);
    let keys = this.keys.range(prefix, startAfter);
    if (past) keys = [...new Set([...keys, ...[...past.keys()].filter((key) => key > (startAfter ?? ''))])].filter((key) => (past.has(key) ? past.get(key) : true)).sort(byBytes);
    const page = limit ? keys.slice(0, limit) : keys;
    return {
      entries: page.map((key) => (past?.get(key) ?? this.entries.get(key)) as Entry<V>),
      revision: at ?? this.visible,
      remaining: keys.length - page.length,
    };
  }

  /** Entries that have the term, as they are now. */
  private listOfTerm(prefix: string, term: string, startAfter?: string): ListResult<V> {
    return { entries: this.index.range(term, prefix, startAfter).map((key) => this.entries.get(key) as Entry<V>), revision: this.visible, remaining: 0 };
  }

  watch(prefix: string, { after, term, signal }: WatchOptions): AsyncIterable<StoreEvent<V>> {
    if (after < this.compacted) return failing(expired(after, this.compacted));
    let remove = () => {};
    const stop = () => {
      remove();
      signal?.removeEventListener('abort', end);
    };
    const queue = new AsyncQueue<StoreEvent<V>>(stop);
    const end = () => {
      stop();
      queue.end();
    };
    const listener = (change: Change<V>) => {
      if (change.revision <= after) return;
      if (queue.length >= WATCH_BUFFER) {
        stop();
        queue.fail(expired(after, change.revision));
      } else {
        queue.push(toEvent(change));
      }
    };
    for (const change of this.history.after(after)) if (change.key.startsWith(prefix) && (term === undefined || this.watchers.concerns(change, term))) listener(change);
    if (signal?.aborted) end();
    else {
      remove = this.watchers.add(prefix, term, listener);
      signal?.addEventListener('abort', end, { once: true });
    }
    return queue;
  }

  async compact(revision: number): Promise<void> {
    this.history.compact(Math.min(revision, this.visible));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flushing;
    this.persistence.close();
  }

  /** What each key of the prefix that changed after the revision held then; undefined: it did not exist. */
  private changedSince(prefix: string, at: number): Map<string, Entry<V> | undefined> {
    if (at < this.compacted) throw expired(at, this.compacted);
    const past = new Map<string, Entry<V> | undefined>();
    for (const { key, before } of this.history.after(at)) if (key.startsWith(prefix) && !past.has(key)) past.set(key, before);
    return past;
  }

  private async write(key: string, decide: (current: Entry<V> | undefined) => V | undefined): Promise<Entry<V>> {
    try {
      return await this.stage(key, decide);
    } catch (error) {
      // What refused the write may not be visible yet: whoever reads again and retries at once would only see the same old value, for ever.
      if (this.staged.has(key)) await this.flushing;
      throw error;
    }
  }

  private stage(key: string, decide: (current: Entry<V> | undefined) => V | undefined): Promise<Entry<V>> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new StoreError('Closed', 'the store is closed');
      const before = this.staged.has(key) ? this.staged.get(key) : this.entries.get(key);
      const value = decide(before);
      this.assigned += 1;
      const revision = this.assigned;
      const { stamp = (given: V) => given } = this.options;
      const last = value !== undefined ? stamp(value, revision) : stamp(structuredClone((before as Entry<V>).value), revision);
      const after = value === undefined ? undefined : { key, value: last, revision };
      this.staged.set(key, after);
      this.waiting.push({ change: { key, revision, before, after, last }, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      // One turn of the event loop gathers what arrives together: under load the batches grow, and each costs one wait for the disk.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.persistence.persist(batch.map(({ change }) => change));
      } catch (error) {
        this.failAll(batch, error);
        continue;
      }
      for (const { change, resolve } of batch) {
        this.publish(change);
        resolve(change.after ?? { key: change.key, value: change.last, revision: change.revision });
      }
    }
    this.flushing = undefined;
  }

  /** Later writes may have been checked against the ones that failed, so all that wait fail with them. */
  private failAll(batch: readonly Pending<V>[], error: unknown): void {
    const { waiting } = this;
    this.waiting = [];
    this.staged.clear();
    for (const { reject } of [...batch, ...waiting]) reject(error);
  }

  private publish(change: Change<V>): void {
    const { key, after } = change;
    if (after) {
      if (!this.entries.has(key)) this.keys.add(key);
      this.entries.set(key, after);
    } else {
      this.entries.delete(key);
      this.keys.delete(key);
    }
    this.index.change(key, change.before?.value, after?.value);
    if (this.staged.get(key) === after) this.staged.delete(key);
    this.visible = change.revision;
    this.history.add(change);
    this.watchers.tell(change);
  }
}

function checkExpected<V>(key: string, current: Entry<V> | undefined, expected: number | undefined): void {
  if (!current) throw new StoreError('NotFound', `${key} does not exist`);
  if (expected !== undefined && current.revision !== expected) {
    throw new StoreError('Conflict', `${key} is at revision ${current.revision}, not at ${expected}`, current);
  }
}

function toEvent<V>({ key, revision, before, after, last }: Change<V>): StoreEvent<V> {
  return after ? { type: 'PUT', key, value: after.value, revision, previous: before?.value } : { type: 'DELETE', key, value: last, revision };
}

const expired = (wanted: number, oldest: number) => new StoreError('Expired', `too old resource version: ${wanted} (${oldest})`);

async function* failing(error: Error): AsyncGenerator<never> {
  throw error;
}

const byBytes = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
