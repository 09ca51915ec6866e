import { Construct } from 'constructs';
import { cronScheduleProblem } from '../api/validation/cron-schedule';
import type { Duration } from './duration';
import { type JobOptions, jobSpec } from './job';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import { wholeSeconds } from './seconds';
import { scopeOf } from './twelve-factor-app';

export interface ScheduledJobOptions extends JobOptions {
  /** When it starts, in cron's five fields: `0 3 * * *` is every night at three. */
  readonly schedule: string;
  /** Whose three o'clock: `Asia/Tokyo`. @default Etc/UTC */
  readonly timeZone?: string;
  /** What happens when it is time and the last one still runs: the new one is left out, runs beside it, or takes its place. @default skip */
  readonly overlap?: 'skip' | 'allow' | 'replace';
  /** How late it may start, where the cluster was away at its time. After that it waits for the next. @default 1 hour */
  readonly startWithin?: Duration;
  /** It is ended, and has failed, when it takes longer. @default 1 hour */
  readonly timeout?: Duration;
  /** How often it is started again after it has failed. @default 2 */
  readonly retries?: number;
  /** Keeps it defined and does not start it. @default false */
  readonly suspended?: boolean;
}

const OVERLAP = { skip: 'Forbid', allow: 'Allow', replace: 'Replace' } as const;

/** What is done again and again (factor XII): a CronJob. The last three that succeeded and the last one that failed are kept, with their logs. */
export class ScheduledJob extends Construct {
  readonly cronJob: k8s.KubeCronJob;

  constructor(scope: Construct, id: string, { schedule, timeZone = 'Etc/UTC', overlap = 'skip', startWithin, suspended, ...job }: ScheduledJobOptions) {
    super(scopeOf(scope), id);
    const what = `ScheduledJob "${id}"`;
    this.cronJob = new k8s.KubeCronJob(this, 'cron-job', {
      metadata: { name: objectName(this), labels: selectorLabels(this) },
      spec: {
        schedule: checkSchedule(what, schedule),
        timeZone: checkTimeZone(what, timeZone),
        concurrencyPolicy: OVERLAP[overlap],
        startingDeadlineSeconds: wholeSeconds(`${what}: startWithin`, startWithin, { fallback: 3600, least: 10 }),
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        ...(suspended && { suspend: true }),
        jobTemplate: { metadata: { labels: selectorLabels(this) }, spec: jobSpec(this, job, { timeoutSeconds: 3600, retries: 2 }) },
      },
    });
  }
}

function checkSchedule(what: string, schedule: string): string {
  if (/^(CRON_)?TZ=/.test(schedule)) throw new Error(`${what}: the schedule "${schedule}" names a time zone, which Kubernetes refuses there; give it as timeZone`);
  const problem = cronScheduleProblem(schedule);
  if (problem) throw new Error(`${what}: "${schedule}" is not a schedule: ${problem}; write minute, hour, day of month, month and day of week, for example 0 3 * * *`);
  return schedule;
}

function checkTimeZone(what: string, timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch (error) {
    throw new Error(`${what}: there is no time zone "${timeZone}"; write its name of the IANA database, for example Europe/Berlin`, { cause: error });
  }
}
