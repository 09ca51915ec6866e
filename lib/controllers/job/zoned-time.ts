import { toTime } from '../../base/clock';

/** The instant in RFC 3339 with the zone's offset at that time: `2024-03-01T02:30:00+09:00`. No offset is written as `Z`. Pure. */
export function toZonedTime(time: number, timeZone = 'UTC'): string {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).format(time)) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return offset ? toTime(time + offset).replace(/Z$/, `${sign}${hours}:${minutes}`) : toTime(time);
}
