import { backoffDelay } from '../base/backoff';
import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import { uidOf } from './node-info';

interface Waiting {
  pod: DeepReadonly<Pod>;
  readonly since: number;
  attempts: number;
  /** Not before this time. */
  ready: number;
  refusedBy: ReadonlySet<string>;
}

const BACKOFF = { initial: 1000, maximum: 10_000 };
/** A pod that no event helped is tried again after this long anyway. */
const UNSCHEDULABLE_TIMEOUT = 300_000;

/**
 * Pods without a node. Active: to be tried now, by priority, then age. Backing off: tried a moment ago. Unschedulable: waits for an event that may help.
 */
export class SchedulingQueue {
  private active = new Map<string, Waiting>();
  private readonly backingOff = new Map<string, Waiting>();
  private readonly unschedulable = new Map<string, Waiting>();
  private readonly popped = new Map<string, Waiting>();
  /** Rises with every event; a pod that was being tried meanwhile goes to backoff instead of waiting for the next one. */
  private moves = 0;
  private sorted: Waiting[] | undefined;
  private wake: { readonly time: number; readonly cancel: () => void } | undefined;

  constructor(private readonly clock: Clock, private readonly onReady: () => void) {}

  add(pod: DeepReadonly<Pod>): void {
    const uid = uidOf(pod);
    if (this.find(uid)) return this.update(pod);
    this.activate({ pod, since: this.clock.now(), attempts: 0, ready: 0, refusedBy: new Set() });
  }

  /** A changed pod that was refused may fit now. */
  update(pod: DeepReadonly<Pod>, worthATry = false): void {
    const uid = uidOf(pod);
    const waiting = this.find(uid);
    if (!waiting) return;
    waiting.pod = pod;
    if (worthATry && this.unschedulable.delete(uid)) this.retry(waiting);
  }

  has(pod: DeepReadonly<Pod>): boolean {
    return this.find(uidOf(pod)) !== undefined;
  }

  remove(pod: DeepReadonly<Pod>): void {
    const uid = uidOf(pod);
    for (const part of [this.active, this.backingOff, this.unschedulable, this.popped]) part.delete(uid);
    this.sorted = undefined;
  }

  /** The next pod to place, until `done` or `refused` is said about it. */
  pop(): { readonly pod: DeepReadonly<Pod>; readonly moves: number } | undefined {
    this.sorted ??= [...this.active.values()].sort((a, b) => priority(a) - priority(b) || b.since - a.since); // taken from the end
    for (;;) {
      const next = this.sorted.pop();
      if (!next) return undefined;
      if (!this.active.delete(uidOf(next.pod))) continue;
      next.attempts += 1;
      this.popped.set(uidOf(next.pod), next);
      return { pod: next.pod, moves: this.moves };
    }
  }

  done(pod: DeepReadonly<Pod>): void {
    this.popped.delete(uidOf(pod));
  }

  /** It fits nowhere, for reasons of these plugins; none: an error that passes with time. */
  refused(pod: DeepReadonly<Pod>, refusedBy: ReadonlySet<string>, moves: number): void {
    const waiting = this.popped.get(uidOf(pod));
    if (!waiting) return; // deleted meanwhile
    this.popped.delete(uidOf(pod));
    waiting.refusedBy = refusedBy;
    waiting.ready = this.clock.now() + backoffDelay(waiting.attempts, BACKOFF);
    if (refusedBy.size === 0 || moves !== this.moves) this.retry(waiting);
    else {
      this.unschedulable.set(uidOf(pod), waiting);
      this.clock.setTimer(UNSCHEDULABLE_TIMEOUT, () => { if (this.unschedulable.get(uidOf(pod)) === waiting && this.unschedulable.delete(uidOf(pod))) this.retry(waiting); });
    }
  }

  /** Something happened that helps pods which one of these plugins refused. */
  move(helps: (plugin: string) => boolean): void {
    this.moves += 1;
    for (const [uid, waiting] of this.unschedulable) {
      if (![...waiting.refusedBy].some(helps)) continue;
      this.unschedulable.delete(uid);
      this.retry(waiting);
    }
  }

  private retry(waiting: Waiting): void {
    if (waiting.ready <= this.clock.now()) return this.activate(waiting);
    this.backingOff.set(uidOf(waiting.pod), waiting);
    this.wakeAt(waiting.ready);
  }

  private activate(waiting: Waiting): void {
    this.active.set(uidOf(waiting.pod), waiting);
    this.sorted = undefined;
    this.onReady();
  }

  private wakeAt(time: number): void {
    if (this.wake && this.wake.time <= time) return;
    this.wake?.cancel();
    const cancel = this.clock.setTimer(Math.max(0, time - this.clock.now()), () => {
      this.wake = undefined;
      let next = Infinity;
      for (const [uid, waiting] of this.backingOff) {
        if (waiting.ready > this.clock.now()) next = Math.min(next, waiting.ready);
        else if (this.backingOff.delete(uid)) this.activate(waiting);
      }
      if (Number.isFinite(next)) this.wakeAt(next);
    });
    this.wake = { time, cancel };
  }

  private find(uid: string): Waiting | undefined {
    return this.active.get(uid) ?? this.backingOff.get(uid) ?? this.unschedulable.get(uid) ?? this.popped.get(uid);
  }
}

const priority = ({ pod }: Waiting) => pod.spec.priority ?? 0;
