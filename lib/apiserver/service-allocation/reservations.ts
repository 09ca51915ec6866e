import type { Clock } from '../../base/clock';

const KEPT = 15_000;

/** What was handed out and may not be in the store yet. Forgotten after 15 s: by then it is stored, or its request failed. */
export class Reservations<T> {
  private readonly taken = new Map<T, number>();

  constructor(private readonly clock: Clock) {}

  has(value: T): boolean {
    return (this.taken.get(value) ?? 0) > this.clock.now();
  }

  add(value: T): void {
    const now = this.clock.now();
    for (const [old, until] of this.taken) if (until <= now) this.taken.delete(old);
    this.taken.set(value, now + KEPT);
  }

  delete(value: T): void {
    this.taken.delete(value);
  }
}
