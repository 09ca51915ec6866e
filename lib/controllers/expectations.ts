import type { Clock } from '../base/clock';
import type { ObjectKey } from '../api/object-key';

/** An expectation that is never met (a watch event got lost) is given up after this long. */
const TIMEOUT = 300_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: number;
}

/**
 * What a controller has just created and deleted but not yet seen in its informer. Until then a sync would count wrongly and do it twice.
 */
export class Expectations {
  private readonly expected = new Map<ObjectKey, Expected>();

  constructor(private readonly clock: Clock) {}

  /** `deletions` are uids. */
  expect(key: ObjectKey, { creations = 0, deletions = [] }: { readonly creations?: number; readonly deletions?: readonly string[] }): void {
    if (creations > 0 || deletions.length > 0) this.expected.set(key, { creations, deletions: new Set(deletions), since: this.clock.now() });
  }

  satisfied(key: ObjectKey): boolean {
    const expected = this.expected.get(key);
    if (!expected) return true;
    if ((expected.creations > 0 || expected.deletions.size > 0) && this.clock.now() - expected.since < TIMEOUT) return false;
    this.expected.delete(key);
    return true;
  }

  /** One was seen, or its creation failed. */
  created(key: ObjectKey): void {
    const expected = this.expected.get(key);
    if (expected) expected.creations -= 1;
  }

  deleted(key: ObjectKey, uid: string): void {
    this.expected.get(key)?.deletions.delete(uid);
  }

  forget(key: ObjectKey): void {
    this.expected.delete(key);
  }
}
