/** A parsed `schedule`: which minutes it means. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: ReadonlySet<number>;
  /** With both days given (no `*`), either is enough. */
  readonly eitherDay: boolean;
  /** `@every 1h30m`, in milliseconds, instead of everything above. */
  readonly every?: number;
  /** Of a `TZ=` or `CRON_TZ=` before the fields. */
  readonly timeZone?: string;
}

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Throws on a text that is no schedule, saying which part. */
export function parseSchedule(schedule: string): CronSchedule {
  const [, timeZone, text = schedule] = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/.exec(schedule.trim()) ?? [];
  return { ...parseTimes(text), ...(timeZone && { timeZone }) };
}

function parseTimes(text: string): CronSchedule {
  const every = /^@every\s+(.+)$/.exec(text.trim());
  const none = new Set<number>();
  if (every) return { minutes: none, hours: none, daysOfMonth: none, months: none, daysOfWeek: none, eitherDay: false, every: parseDuration(every[1]) };
  const fields = (MACROS[text.trim()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) throw new Error(`expected exactly 5 fields, found ${fields.length}: ${text}`);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  const daysOfWeek = parseField(dayOfWeek, 0, 7, DAYS);
  return {
    minutes: parseField(minute, 0, 59), hours: parseField(hour, 0, 23), daysOfMonth: parseField(dayOfMonth, 1, 31), months: parseField(month, 1, 12, MONTHS, 1),
    daysOfWeek: new Set([...daysOfWeek].map((day) => day % 7)), eitherDay: !isAny(dayOfMonth) && !isAny(dayOfWeek),
  };
}

/** A star says nothing about the day; a star with a step does. */
const isAny = (field: string) => field.split(',').some((part) => /^[*?](\/1)?$/.test(part));

function parseField(field: string, from: number, to: number, names: readonly string[] = [], offset = 0): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (!match) throw new Error(`"${part}" is not a value, range or step in "${field}"`);
    const [, first, last, step] = match;
    const isStar = first === '*' || first === '?';
    const start = isStar ? from : number(first, names, offset);
    const end = last !== undefined ? number(last, names, offset) : isStar || step !== undefined ? to : start;
    if (!(start >= from && end <= to && start <= end) || step === '0') throw new Error(`"${part}" is outside of ${from}-${to}`);
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function number(text: string, names: readonly string[], offset: number): number {
  const name = names.indexOf(text.toLowerCase());
  const value = name >= 0 ? name + offset : Number(text);
  if (!Number.isInteger(value)) throw new Error(`"${text}" is not a number`);
  return value;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text) throw new Error(`failed to parse duration @every ${text}`);
  return Math.max(1000, parts.reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit], 0));
}

/** The first time after `after` (milliseconds) in the time zone; undefined when there is none within five years (30 February). */
export function nextTime(schedule: CronSchedule, after: number, timeZone = 'UTC'): number | undefined {
  if (schedule.every) return Math.floor(after / 1000) * 1000 + schedule.every;
  const end = after + 5 * 366 * 86_400_000;
  let time = Math.floor(after / 60_000) * 60_000 + 60_000;
  const fields = wallClock(timeZone);
  while (time < end) {
    const { month, day, weekday, hour, minute } = fields(time);
    const dayMatches = schedule.eitherDay ? schedule.daysOfMonth.has(day) || schedule.daysOfWeek.has(weekday) : schedule.daysOfMonth.has(day) && schedule.daysOfWeek.has(weekday);
    if (!schedule.months.has(month) || !dayMatches) time += Math.max(1, 60 - minute) * 60_000 + (hour < 22 && !schedule.months.has(month) ? (22 - hour) * 3_600_000 : 0);
    else if (!schedule.hours.has(hour)) time += (60 - minute) * 60_000;
    else if (!schedule.minutes.has(minute)) time += 60_000;
    else return time;
  }
  return undefined;
}

interface WallClock {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

function wallClock(timeZone: string): (time: number) => WallClock {
  if (timeZone === 'UTC') {
    return (time) => {
      const date = new Date(time);
      return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay(), hour: date.getUTCHours(), minute: date.getUTCMinutes() };
    };
  }
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', month: 'numeric', day: 'numeric', weekday: 'short', hour: 'numeric', minute: 'numeric' });
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return { month: Number(parts['month']), day: Number(parts['day']), weekday: DAYS.indexOf(parts['weekday'].toLowerCase()), hour: Number(parts['hour']), minute: Number(parts['minute']) };
  };
}
