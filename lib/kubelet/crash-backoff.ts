import type { Clock } from '../base/clock';

const INITIAL = 10_000;
const MAXIMUM = 300_000;

/**
 * How long a container that ended waits before its next start: 10 s, doubling to 5 min, from the beginning again after 10 min of peace.
 * Follows k8s.io/client-go/util/flowcontrol.Backoff as the kubelet uses it.
 */
export class CrashBackoff {
  private readonly entries = new Map<string, { delay: number; updated: number }>();

  constructor(private readonly clock: Clock) {}

  /** The wait in force for a container that ended at `finishedAt`; undefined when it may start now. */
  waiting(key: string, finishedAt: number): { readonly delay: number; readonly until: number } | undefined {
    const entry = this.entries.get(key);
    if (!entry || finishedAt - entry.updated > 2 * MAXIMUM) return undefined;
    const until = finishedAt + entry.delay;
    return this.clock.now() < until ? { delay: entry.delay, until } : undefined;
  }

  /** The container is started again. */
  next(key: string, finishedAt: number): void {
    const entry = this.entries.get(key);
    const fresh = !entry || finishedAt - entry.updated > 2 * MAXIMUM;
    this.entries.set(key, { delay: fresh ? INITIAL : Math.min(entry.delay * 2, MAXIMUM), updated: this.clock.now() });
  }

  forget(podUid: string): void {
    for (const key of this.entries.keys()) if (key.startsWith(`${podUid}/`)) this.entries.delete(key);
  }
}

/** `10s`, `1m20s`, `5m0s`: as Go prints a duration. Pure. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** `529ms`, `1.234s`, `1m2.5s`: as Go prints a duration that is cut to milliseconds. Pure. */
export function formatMilliseconds(milliseconds: number): string {
  const whole = Math.trunc(milliseconds);
  if (whole < 1000) return whole === 0 ? '0s' : `${whole}ms`;
  const seconds = `${(whole % 60_000) / 1000}s`;
  const minutes = Math.floor(whole / 60_000);
  if (minutes < 60) return minutes === 0 ? seconds : `${minutes}m${seconds}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
