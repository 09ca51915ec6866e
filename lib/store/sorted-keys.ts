/** Keys in byte order with cheap ranges. Insertions are a binary search and a move of the tail: right for tens of thousands of keys. */
export class SortedKeys {
  private readonly keys: string[] = [];

  get size(): number {
    return this.keys.length;
  }

  add(key: string): void {
    const at = this.lowerBound(key);
    if (this.keys[at] !== key) this.keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.lowerBound(key);
    if (this.keys[at] === key) this.keys.splice(at, 1);
  }

  /** The keys that begin with the prefix and come after `startAfter`, in order. */
  range(prefix: string, startAfter = ''): readonly string[] {
    const from = startAfter >= prefix ? this.lowerBound(`${startAfter}\u0000`) : this.lowerBound(prefix);
    return this.keys.slice(from, this.lowerBound(prefix + '\uffff'));
  }

  private lowerBound(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
