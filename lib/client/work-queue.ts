import { backoffDelay, type BackoffOptions } from '../base/backoff';
import type { Clock } from '../base/clock';

export interface WorkQueueOptions {
  /** Brings one key up to date. A rejection puts it back, later and later. Never called for the same key twice at once. */
  readonly process: (key: string) => Promise<void>;
  readonly clock: Clock;
  /** Keys worked on at the same time. @default 8 */
  readonly concurrency?: number;
  /** @default 5 ms, doubling to 60 s */
  readonly backoff?: BackoffOptions;
  readonly onError?: (key: string, error: unknown, failures: number) => void;
}

/** Keys to be looked at, each at most once in the queue: changes that arrive while a key is worked on make it run once more afterwards. */
export class WorkQueue {
  private readonly waiting = new Set<string>();
  private readonly active = new Set<string>();
  private readonly again = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  private running = false;
  private scheduled = false;
  private idle: (() => void)[] = [];

  constructor(private readonly options: WorkQueueOptions) {}

  add(key: string): void {
    if (this.active.has(key)) this.again.add(key);
    else this.waiting.add(key);
    if (this.running) this.schedule();
  }

  /** The earlier of two requests for a key counts. */
  addAfter(key: string, milliseconds: number): void {
    const due = this.options.clock.now() + milliseconds;
    const pending = this.timers.get(key);
    if (pending && pending.due <= due) return;
    pending?.cancel();
    const cancel = this.options.clock.setTimer(milliseconds, () => {
      this.timers.delete(key);
      this.add(key);
    });
    this.timers.set(key, { due, cancel });
  }

  /** Starts work; when the signal aborts nothing new begins. */
  start(signal: AbortSignal): void {
    this.running = !signal.aborted;
    signal.addEventListener('abort', () => {
      this.running = false;
      for (const { cancel } of this.timers.values()) cancel();
      this.timers.clear();
    }, { once: true });
    this.schedule();
  }

  /** Resolves when nothing waits and nothing runs (delayed keys do not count). For tests and orderly stops. */
  whenIdle(): Promise<void> {
    return this.isIdle() ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  private isIdle(): boolean {
    return this.waiting.size === 0 && this.active.size === 0;
  }

  /**
   * At the next turn of the event loop: a burst of changes of one key is one run, and two controllers that undo each other's work
   * in the same process never keep timers and sockets from being served.
   */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    for (const key of this.waiting) {
      if (!this.running || this.active.size >= (this.options.concurrency ?? 8)) break;
      this.waiting.delete(key);
      this.active.add(key);
      void this.work(key);
    }
    if (this.isIdle()) for (const resolve of this.idle.splice(0)) resolve();
  }

  private async work(key: string): Promise<void> {
    try {
      await this.options.process(key);
      this.failures.delete(key);
    } catch (error) {
      const failures = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, failures);
      this.options.onError?.(key, error, failures);
      if (this.running) this.addAfter(key, backoffDelay(failures, this.options.backoff ?? { initial: 5, maximum: 60_000 }));
    }
    this.active.delete(key);
    if (this.again.delete(key)) this.waiting.add(key);
    this.schedule();
  }
}
