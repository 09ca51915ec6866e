import type { Clock } from '../../../lib/base/clock';

/** From here on a timer is a limit and not a pause: it never comes by itself. */
const LIMIT = 60_000;

/** Pauses are over at once, and the time they stand for has passed. */
export class HurriedClock implements Clock {
  private skipped = 0;
  private lastLimit: () => void = () => undefined;

  now(): number {
    return Date.now() + this.skipped;
  }

  setTimer(milliseconds: number, callback: () => void): () => void {
    if (milliseconds >= LIMIT) {
      this.lastLimit = () => {
        this.skipped += milliseconds;
        callback();
      };
      return () => undefined;
    }
    const timer = setImmediate(() => {
      this.skipped += milliseconds;
      callback();
    });
    return () => clearImmediate(timer);
  }

  /** What was to end at a limit does so: the one that was set last. */
  reachLimit(): void {
    this.lastLimit();
  }
}
