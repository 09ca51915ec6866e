import type { Entry } from './backend';

/** One committed write: what the key held before and holds after it. */
export interface Change<V> {
  readonly key: string;
  readonly revision: number;
  readonly before: Entry<V> | undefined;
  /** undefined: deleted. For a deletion `last` is the final value, stamped with the revision of the deletion. */
  readonly after: Entry<V> | undefined;
  readonly last: V;
}

/** The newest changes in order of revision; the oldest fall out at the limit. */
export class History<V> {
  private changes: Change<V>[] = [];

  /** @param floor revision up to and including which nothing is known */
  constructor(private readonly limit: number, private floor: number) {}

  get compacted(): number {
    return this.floor;
  }

  add(change: Change<V>): void {
    this.changes.push(change);
    // Dropping in large steps keeps the average cost of one write constant.
    if (this.changes.length > this.limit * 1.25) this.compact(this.changes[this.changes.length - this.limit - 1].revision);
  }

  compact(revision: number): void {
    if (revision <= this.floor) return;
    this.changes = this.changes.slice(this.indexAfter(revision));
    this.floor = revision;
  }

  /** Changes with a higher revision, oldest first. */
  after(revision: number): readonly Change<V>[] {
    return this.changes.slice(this.indexAfter(revision));
  }

  private indexAfter(revision: number): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.changes[middle].revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
