import { backoffDelay, type BackoffOptions } from '../base/backoff';
import type { Clock } from '../base/clock';

/** How long something that failed is let alone before it is tried again: longer after each failure, forgotten when there was none for twice the longest wait. */
export class FailureBackoff {
  private readonly failures = new Map<string, { readonly count: number; readonly at: number }>();

  constructor(private readonly clock: Clock, private readonly options: BackoffOptions) {}

  /** Milliseconds until the key may be tried again. */
  remaining(key: string): number {
    const last = this.failures.get(key);
    return last ? Math.max(0, last.at + backoffDelay(last.count, this.options) - this.clock.now()) : 0;
  }

  failed(key: string): void {
    const now = this.clock.now();
    for (const [other, { at }] of this.failures) if (now - at > 2 * this.options.maximum) this.failures.delete(other);
    this.failures.set(key, { count: (this.failures.get(key)?.count ?? 0) + 1, at: now });
  }
}
