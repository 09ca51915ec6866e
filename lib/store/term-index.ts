import { SortedKeys } from './sorted-keys';
import type { Terms } from './watchers';

/** The keys that have each term now. */
export class TermIndex<V> {
  private readonly keys = new Map<string, SortedKeys>();

  constructor(private readonly terms: Terms<V>) {}

  /** @param before what the key held, @param after what it holds; undefined: nothing */
  change(key: string, before: V | undefined, after: V | undefined): void {
    const [old, now] = [before, after].map((value) => (value === undefined ? [] : this.terms(key, value)));
    for (const term of old) if (!now.includes(term)) this.remove(term, key);
    for (const term of now) if (!old.includes(term)) this.add(term, key);
  }

  range(term: string, prefix: string, startAfter?: string): readonly string[] {
    return this.keys.get(term)?.range(prefix, startAfter) ?? [];
  }

  private add(term: string, key: string): void {
    let keys = this.keys.get(term);
    if (!keys) this.keys.set(term, keys = new SortedKeys());
    keys.add(key);
  }

  private remove(term: string, key: string): void {
    const keys = this.keys.get(term);
    keys?.delete(key);
    if (keys?.size === 0) this.keys.delete(term);
  }
}
