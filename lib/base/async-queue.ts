/**
 * Values pushed by one side, iterated by the other, in order. One consumer. `push` after `end` is ignored;
 * leaving the loop calls `onReturn` once, so that the producer stops.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private readonly waiting: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void }[] = [];
  private ended = false;
  private error: { readonly value: unknown } | undefined;

  constructor(private readonly onReturn: () => void = () => undefined) {}

  /** Values not yet taken: a producer that must not run ahead looks here. */
  get length(): number {
    return this.values.length;
  }

  push(value: T): void {
    if (this.ended) return;
    const waiter = this.waiting.shift();
    if (waiter) waiter.resolve({ done: false, value });
    else this.values.push(value);
  }

  /** Ends the iteration after the values already pushed. May be called twice. */
  end(): void {
    this.ended = true;
    for (const waiter of this.waiting.splice(0)) waiter.resolve({ done: true, value: undefined });
  }

  /** Ends the iteration with an error after the values already pushed. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    const waiter = this.waiting.shift();
    if (waiter) waiter.reject(error);
    else this.error = { value: error };
    for (const other of this.waiting.splice(0)) other.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        if (this.values.length > 0) return Promise.resolve({ done: false, value: this.values.shift() as T });
        if (this.error) {
          const { value } = this.error;
          this.error = undefined;
          return Promise.reject(value);
        }
        if (this.ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
      },
      return: () => {
        this.end();
        this.onReturn();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
