import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerReference } from '../../api/object-key';
import { isAlreadyExists } from '../../api/status-error';
import type { CronJob, Job } from '../../api/types';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { type CronSchedule, nextTime, parseSchedule } from './cron-schedule';
import { isFinished } from './plan';
import type { ReadJob } from './pods';

type Cron = DeepReadonly<CronJob>;

export interface Due {
  /** The newest time that has come and was not started yet. */
  readonly time?: number;
  readonly missed: number;
  readonly next?: number;
}

/** Upstream does not look further back than this many missed times. */
const MISSED_LIMIT = 100;

/** Pure. */
export function dueTimes({ metadata, spec, status }: Cron, schedule: CronSchedule, now: number): Due {
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  const earliest = spec.startingDeadlineSeconds !== undefined ? Math.max(since, now - spec.startingDeadlineSeconds * 1000) : since;
  let time: number | undefined;
  let missed = 0;
  let next = nextTime(schedule, earliest, spec.timeZone);
  while (next !== undefined && next <= now && missed <= MISSED_LIMIT * 20) {
    time = next;
    missed += 1;
    next = nextTime(schedule, next, spec.timeZone);
  }
  return { time, missed, next };
}

/** The Job of one scheduled time: its name says which, so that it is made once. Pure. */
export function newJob(cron: Cron, time: number): DeepReadonly<Job> {
  const { metadata = {}, spec } = cron.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: {
      name: `${cron.metadata.name}-${Math.floor(time / 60_000)}`, namespace: cron.metadata.namespace, labels: metadata.labels,
      annotations: { ...metadata.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': toTime(time) }, ownerReferences: [controllerReference(cron)],
    },
    spec: spec ?? { template: {} },
  };
}

/** Starts Jobs by the clock. Follows pkg/controller/cronjob of Kubernetes 1.28. */
export const cronJob: Controller = {
  name: 'cronjob-controller',
  watches: [{ kind: 'CronJob', enqueue: 'self' }, { kind: 'Job', enqueue: 'owner', ownerKind: 'CronJob' }],

  async sync(key, context) {
    const { lister, client, clock, events, requeueAfter } = context;
    const cron = lister.tryGet('CronJob', key);
    if (!cron || cron.metadata.deletionTimestamp) return;
    const jobs = lister.ownedBy('Job', cron.metadata.uid ?? '');
    const active = jobs.filter((owned) => !isFinished(owned));
    noteFinished(cron, jobs, context);
    let status: CronJob['status'] = { ...(cron.status as CronJob['status']), active: active.map(referenceTo), ...lastSuccess(cron, jobs) };

    const due = tryDue(cron, context);
    if (due?.next !== undefined) requeueAfter(key, due.next - clock.now() + 100);
    if (due?.time !== undefined && !cron.spec.suspend) {
      if (due.missed > MISSED_LIMIT) events.warning(cron, 'TooManyMissedTimes', `too many missed start times: ${due.missed}. Set or decrease .spec.startingDeadlineSeconds or check clock skew`);
      const started = await start(cron, due.time, active, context);
      if (started) status = { ...status, active: [...(cron.spec.concurrencyPolicy === 'Replace' ? [] : status.active ?? []), referenceTo(started)], lastScheduleTime: toTime(due.time) };
    }
    await writeStatus(client, cron, { ...status, active: status.active?.length ? status.active : undefined });
    await removeOld(cron, jobs, context);
  },
};

function tryDue(cron: Cron, { clock, events }: ControllerContext): Due | undefined {
  try {
    return dueTimes(cron, parseSchedule(cron.spec.schedule), clock.now());
  } catch (error) {
    events.warning(cron, 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(cron.spec.schedule)} : ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function start(cron: Cron, time: number, active: readonly ReadJob[], { client, events }: ControllerContext): Promise<ReadJob | undefined> {
  if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
    events.normal(cron, 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
    return undefined;
  }
  if (cron.spec.concurrencyPolicy === 'Replace') {
    for (const { metadata } of active) {
      await client.tryDelete('Job', { namespace: metadata.namespace, name: metadata.name ?? '' }, { propagationPolicy: 'Background' });
      events.normal(cron, 'SuccessfulDelete', `Deleted job ${metadata.name}`);
    }
  }
  const wanted = newJob(cron, time);
  try {
    const created = await client.create(wanted) as ReadJob;
    events.normal(cron, 'SuccessfulCreate', `Created job ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (isAlreadyExists(error)) return client.get('Job', { namespace: wanted.metadata.namespace, name: wanted.metadata.name ?? '' });
    events.warning(cron, 'FailedCreate', `Error creating job: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

function noteFinished(cron: Cron, jobs: readonly ReadJob[], { events }: ControllerContext): void {
  for (const { uid } of cron.status?.active ?? []) {
    const finished = jobs.find((owned) => owned.metadata.uid === uid && isFinished(owned));
    if (finished) events.normal(cron, 'SawCompletedJob', `Saw completed job: ${finished.metadata.name}, status: ${endOf(finished)}`);
  }
}

const endOf = ({ status }: ReadJob) => status?.conditions?.find(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True')?.type;

function lastSuccess(cron: Cron, jobs: readonly ReadJob[]): { readonly lastSuccessfulTime?: string } {
  const times = [cron.status?.lastSuccessfulTime, ...jobs.map(({ status }) => status?.completionTime)].filter((time) => time !== undefined).sort();
  return times.length > 0 ? { lastSuccessfulTime: times.at(-1) } : {};
}

function referenceTo({ metadata: { name, namespace, uid, resourceVersion } }: ReadJob) {
  return { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
}

async function removeOld(cron: Cron, jobs: readonly ReadJob[], { client, events }: ControllerContext): Promise<void> {
  for (const [type, limit] of [['Complete', cron.spec.successfulJobsHistoryLimit ?? 3], ['Failed', cron.spec.failedJobsHistoryLimit ?? 1]] as const) {
    const ended = jobs.filter((owned) => endOf(owned) === type && !owned.metadata.deletionTimestamp).sort((a, b) => (a.status?.startTime ?? '').localeCompare(b.status?.startTime ?? ''));
    for (const { metadata } of ended.slice(0, Math.max(0, ended.length - limit))) {
      if (await client.tryDelete('Job', { namespace: metadata.namespace, name: metadata.name ?? '' }, { propagationPolicy: 'Background' })) events.normal(cron, 'SuccessfulDelete', `Deleted job ${metadata.name}`);
    }
  }
}
