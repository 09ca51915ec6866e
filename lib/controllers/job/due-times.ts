import type { DeepReadonly } from '../../base/deep-readonly';
import type { CronJob } from '../../api/types';
import { type CronSchedule, nextTime } from './cron-schedule';

export interface Due {
  /** The newest time that has come and was not started yet. */
  readonly time?: number;
  /** How many have come, about: at the pace of the first two. */
  readonly missed: number;
  readonly next?: number;
}

/** Which scheduled times have passed since the last one, or since the starting deadline. Pure. Follows mostRecentScheduleTime of Kubernetes 1.28. */
export function dueTimes({ metadata, spec, status }: DeepReadonly<CronJob>, schedule: CronSchedule, now: number): Due {
  const timeZone = schedule.timeZone ?? spec.timeZone;
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  const earliest = spec.startingDeadlineSeconds !== undefined ? Math.max(since, now - spec.startingDeadlineSeconds * 1000) : since;
  const first = nextTime(schedule, earliest, timeZone);
  if (first === undefined || first > now) return { missed: 0, next: schedule.every ? nextTime(schedule, since, timeZone) : first };
  const second = nextTime(schedule, first, timeZone);
  if (second === undefined || second > now) return { time: first, missed: 1, next: second };

  const interval = second - first;
  const missed = Math.floor((now - first) / interval) + 1;
  const time = schedule.every ? first + (missed - 1) * schedule.every : newestUntil(schedule, { first, interval, now }, timeZone);
  return { time, missed, next: nextTime(schedule, time, timeZone) };
}

/** Years of missed minutes are not walked through: looks back from now, further each time, until a time is found. */
function newestUntil(schedule: CronSchedule, { first, interval, now }: { readonly first: number; readonly interval: number; readonly now: number }, timeZone: string | undefined): number {
  for (let back = interval; now - back > first; back *= 2) {
    const found = nextTime(schedule, now - back, timeZone);
    if (found !== undefined && found <= now) return walk(found);
  }
  return walk(first);

  function walk(time: number): number {
    for (let next = nextTime(schedule, time, timeZone); next !== undefined && next <= now; next = nextTime(schedule, time, timeZone)) time = next;
    return time;
  }
}
