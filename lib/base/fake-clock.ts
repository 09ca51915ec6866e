import type { Clock } from './clock';

/** A clock that stands still until `advance`. Timers due by then fire in order of their time, each seeing its own `now`. */
export class FakeClock implements Clock {
  private current: number;
  private timers: { readonly due: number; readonly callback: () => void }[] = [];

  constructor(start: number = Date.UTC(2024, 0, 1)) {
    this.current = start;
  }

  now(): number {
    return this.current;
  }

  setTimer(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.current + Math.max(0, milliseconds), callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves time forward; promises that a timer resolves run before the next timer fires. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.current = next.due;
      next.callback();
    }
    this.current = end;
  }
}
