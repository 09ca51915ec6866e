import { describe, expect, it } from 'vitest';
import type { CronJob } from '../../lib/api/types';
import { newJob } from '../../lib/controllers/job/cron-job';
import { nextTime, parseSchedule } from '../../lib/controllers/job/cron-schedule';
import { dueTimes } from '../../lib/controllers/job/due-times';

const NOW = Date.UTC(2024, 0, 1, 12);

describe('a schedule', () => {
  const next = (text: string, from: string, timeZone?: string) => {
    const time = nextTime(parseSchedule(text), Date.parse(from), timeZone);
    return time === undefined ? undefined : new Date(time).toISOString();
  };
  it.each([
    ['*/15 * * * *', '2024-01-01T00:01:00Z', undefined, '2024-01-01T00:15:00.000Z'],
    ['0 3 * * *', '2024-01-01T03:00:00Z', undefined, '2024-01-02T03:00:00.000Z'],
    ['0 3 * * *', '2024-01-01T00:00:00Z', 'Asia/Tokyo', '2024-01-01T18:00:00.000Z'],
    ['30 9 * * mon-fri', '2024-01-05T10:00:00Z', undefined, '2024-01-08T09:30:00.000Z'],
    ['0 0 29 2 *', '2024-03-01T00:00:00Z', undefined, '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2024-01-01T00:00:00Z', undefined, '2024-01-05T00:00:00.000Z'], // either day is enough
    ['0 0 * * 7', '2024-01-01T00:00:00Z', undefined, '2024-01-07T00:00:00.000Z'],
    ['@hourly', '2024-01-01T00:59:59Z', undefined, '2024-01-01T01:00:00.000Z'],
    ['@every 90s', '2024-01-01T00:00:00Z', undefined, '2024-01-01T00:01:30.000Z'],
    ['0 0 30 2 *', '2024-01-01T00:00:00Z', undefined, undefined],
  ])('%s after %s', (text, from, timeZone, expected) => expect(next(text, from, timeZone)).toBe(expected));

  it('names what is wrong', () => {
    expect(() => parseSchedule('* * *')).toThrow('expected exactly 5 fields, found 3: * * *');
    expect(() => parseSchedule('61 * * * *')).toThrow('"61" is outside of 0-59');
  });
});

describe('a schedule in a zone with summer time', () => {
  const times = (text: string, from: string, count: number) => {
    const found: string[] = [];
    for (let time = Date.parse(from); found.length < count;) {
      time = nextTime(parseSchedule(text), time, 'America/New_York') ?? NaN;
      found.push(new Date(time).toISOString());
    }
    return found;
  };

  it('leaves out a time that does not exist on the day when clocks go forward', () => {
    expect(times('30 2 * * *', '2024-03-09T00:00:00Z', 3)).toEqual(['2024-03-09T07:30:00.000Z', '2024-03-11T06:30:00.000Z', '2024-03-12T06:30:00.000Z']);
  });

  it('comes twice at a time that exists twice when clocks go back', () => {
    expect(times('30 1 * * *', '2024-11-03T00:00:00Z', 3)).toEqual(['2024-11-03T05:30:00.000Z', '2024-11-03T06:30:00.000Z', '2024-11-04T06:30:00.000Z']);
  });

  it('keeps the hour on the wall', () => {
    expect(times('0 9 * * mon', '2024-03-01T00:00:00Z', 2)).toEqual(['2024-03-04T14:00:00.000Z', '2024-03-11T13:00:00.000Z']);
  });
});

describe('a CronJob', () => {
  const cron = (schedule: string, since: string, spec: object = {}) => ({
    apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'report', namespace: 'a', uid: 'u', creationTimestamp: since }, spec: { schedule, jobTemplate: { metadata: { labels: { a: 'b' } } }, ...spec },
  }) as CronJob;
  const due = (schedule: string, since: string, spec: object = {}) => {
    const { time, missed, next } = dueTimes(cron(schedule, since, spec), parseSchedule(schedule), NOW);
    const text = (value?: number) => (value === undefined ? undefined : new Date(value).toISOString());
    return { time: text(time), missed, next: text(next) };
  };

  it.each([
    ['before its first time', '0 * * * *', '2024-01-01T11:30:00Z', {}, { time: '2024-01-01T12:00:00.000Z', missed: 1, next: '2024-01-01T13:00:00.000Z' }],
    ['that has nothing to do', '30 * * * *', '2024-01-01T11:45:00Z', {}, { time: undefined, missed: 0, next: '2024-01-01T12:30:00.000Z' }],
    ['that missed some starts the newest of them', '0 * * * *', '2024-01-01T08:30:00Z', {}, { time: '2024-01-01T12:00:00.000Z', missed: 4, next: '2024-01-01T13:00:00.000Z' }],
    ['that missed a year of minutes starts the newest', '* * * * *', '2023-01-01T00:00:00Z', {}, { time: '2024-01-01T12:00:00.000Z', missed: 526_320, next: '2024-01-01T12:01:00.000Z' }],
    ['with hours that are not regular', '30 6-16/4 * * 1-5', '2023-12-29T11:00:00Z', {}, { time: '2024-01-01T10:30:00.000Z', missed: 2, next: '2024-01-01T14:30:00.000Z' }],
    ['that pauses over the weekend keeps what it missed on Friday', '30 6-16/4 * * 1-5', '2023-12-29T07:00:00Z', { timeZone: 'Pacific/Honolulu' }, { time: '2023-12-30T00:30:00.000Z', missed: 17, next: '2024-01-01T16:30:00.000Z' }],
    ['with a starting deadline forgets what is older', '0 3 * * *', '2023-12-20T00:00:00Z', { startingDeadlineSeconds: 600 }, { time: undefined, missed: 0, next: '2024-01-02T03:00:00.000Z' }],
    ['with a starting deadline that still holds', '55 11 * * *', '2023-12-20T00:00:00Z', { startingDeadlineSeconds: 600 }, { time: '2024-01-01T11:55:00.000Z', missed: 1, next: '2024-01-02T11:55:00.000Z' }],
    ['every so often counts from its last time', '@every 7m', '2024-01-01T11:30:00Z', {}, { time: '2024-01-01T11:58:00.000Z', missed: 4, next: '2024-01-01T12:05:00.000Z' }],
    ['with its zone in the schedule', 'CRON_TZ=Asia/Tokyo 0 21 * * *', '2024-01-01T00:00:00Z', {}, { time: '2024-01-01T12:00:00.000Z', missed: 1, next: '2024-01-02T12:00:00.000Z' }],
  ])('%s', (_what, schedule, since, spec, expected) => expect(due(schedule, since, spec)).toEqual(expected));

  it('makes a Job whose name and annotation say which time it is for', () => {
    expect(newJob(cron('0 3 * * *', '2024-01-01T00:00:00Z'), NOW).metadata).toMatchObject({
      name: 'report-28401840', labels: { a: 'b' }, annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2024-01-01T12:00:00Z' }, ownerReferences: [{ kind: 'CronJob', uid: 'u', controller: true }],
    });
    expect(newJob(cron('0 3 * * *', '2024-01-01T00:00:00Z', { timeZone: 'Asia/Tokyo' }), NOW).metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2024-01-01T21:00:00+09:00' });
    expect(newJob(cron('0 3 * * *', '2024-01-01T00:00:00Z', { timeZone: 'America/St_Johns' }), NOW).metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2024-01-01T08:30:00-03:30' });
  });
});
