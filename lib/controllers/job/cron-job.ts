import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { controllerOf, controllerReference } from '../../api/object-key';
import { isAlreadyExists } from '../../api/status-error';
import type { core, CronJob, Job } from '../../api/types';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { type CronSchedule, parseSchedule } from './cron-schedule';
import { type Due, dueTimes } from './due-times';
import { isFinished } from './plan';
import type { ReadJob } from './pods';
import { toZonedTime } from './zoned-time';

type Cron = DeepReadonly<CronJob>;
type Reference = DeepReadonly<core.ObjectReference>;

/** Upstream warns when more were missed. */
const MISSED_LIMIT = 100;

/** The Job of one scheduled time: its name says which, so that it is made once. Pure. */
export function newJob(cron: Cron, time: number): DeepReadonly<Job> {
  const { metadata = {}, spec } = cron.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: {
      name: `${cron.metadata.name}-${Math.floor(time / 60_000)}`, namespace: cron.metadata.namespace, labels: metadata.labels,
      annotations: { ...metadata.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': toZonedTime(time, cron.spec.timeZone) }, ownerReferences: [controllerReference(cron)],
    },
    spec: spec ?? { template: {} },
  };
}

/** Starts Jobs by the clock. Follows pkg/controller/cronjob of Kubernetes 1.28. */
export const cronJob: Controller = {
  name: 'cronjob-controller',
  watches: [{ kind: 'CronJob', enqueue: 'self' }, { kind: 'Job', enqueue: 'owner', ownerKind: 'CronJob' }],

  async sync(key, context) {
    const { lister, client, clock, requeueAfter } = context;
    const cron = lister.tryGet('CronJob', key);
    if (!cron) return;
    const jobs = lister.ownedBy('Job', cron.metadata.uid ?? '');
    const { lastSuccessfulTime, lastScheduleTime } = cron.status ?? {};
    let active = await stillActive(cron, jobs, context);
    const status = { lastScheduleTime, lastSuccessfulTime: newestSuccess(lastSuccessfulTime, jobs) };

    const due = cron.metadata.deletionTimestamp || cron.spec.suspend ? undefined : tryDue(cron, context);
    if (due?.next !== undefined) requeueAfter(key, due.next - clock.now() + 100);
    if (due?.time !== undefined) {
      const started = await start(cron, due.time, active, context);
      if (started) {
        active = [...(cron.spec.concurrencyPolicy === 'Replace' ? [] : active), referenceTo(started)];
        status.lastScheduleTime = toTime(due.time);
      }
    }
    const removed = await removeOld(cron, jobs, context);
    active = active.filter(({ uid = '' }) => !removed.has(uid));
    await writeStatus(client, cron, { ...status, active: active.length > 0 ? active : undefined });
  },
};

/** The started Jobs that have not ended. One that somebody else made for this CronJob (`kubectl create job --from`) does not count. */
async function stillActive(cron: Cron, jobs: readonly ReadJob[], { client, events }: ControllerContext): Promise<readonly Reference[]> {
  const before = cron.status?.active ?? [];
  const active: Reference[] = [];
  for (const reference of before) {
    const { namespace, name = '', uid } = reference;
    const found = jobs.find(({ metadata }) => metadata.uid === uid);
    if (found && isFinished(found)) events.normal(cron, 'SawCompletedJob', `Saw completed job: ${name}, status: ${endOf(found)}`);
    // The informer may not have it yet.
    else if (!found && (await client.tryGet('Job', { namespace, name }))?.metadata.uid !== uid) events.normal(cron, 'MissingJob', `Active job went missing: ${name}`);
    else active.push(reference);
  }
  const unknown = jobs.filter((found) => !isFinished(found) && !before.some(({ uid }) => uid === found.metadata.uid));
  if (unknown.length === 0) return active;
  const fresh = await client.tryGet('CronJob', { namespace: cron.metadata.namespace, name: cron.metadata.name ?? '' });
  for (const { metadata: { uid, name } } of unknown) {
    const own = fresh?.status?.active?.find((reference) => reference.uid === uid);
    if (own) active.push(own);
    else events.warning(cron, 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
  }
  return active;
}

function tryDue(cron: Cron, { clock, events }: ControllerContext): Due | undefined {
  const { schedule: text } = cron.spec;
  let schedule: CronSchedule;
  try {
    schedule = parseSchedule(text);
  } catch (error) {
    events.warning(cron, 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(text)} : ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  if (schedule.timeZone) {
    const page = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/';
    events.warning(cron, 'UnsupportedSchedule', `CRON_TZ or TZ used in schedule ${JSON.stringify(text)} is not officially supported, see ${page} for more details`);
  }
  const due = dueTimes(cron, schedule, clock.now());
  if (due.missed > MISSED_LIMIT) events.warning(cron, 'TooManyMissedTimes', `too many missed start times: ${due.missed}. Set or decrease .spec.startingDeadlineSeconds or check clock skew`);
  return due;
}

async function start(cron: Cron, time: number, active: readonly Reference[], { client, events }: ControllerContext): Promise<ReadJob | undefined> {
  if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
    events.normal(cron, 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
    return undefined;
  }
  if (cron.spec.concurrencyPolicy === 'Replace') {
    for (const { namespace, name = '' } of active) {
      await client.tryDelete('Job', { namespace, name }, { propagationPolicy: 'Background' });
      events.normal(cron, 'SuccessfulDelete', `Deleted job ${name}`);
    }
  }
  const wanted = newJob(cron, time);
  try {
    const created = await client.create(wanted) as ReadJob;
    events.normal(cron, 'SuccessfulCreate', `Created job ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await client.get('Job', { namespace: wanted.metadata.namespace, name: wanted.metadata.name ?? '' });
      return controllerOf(existing)?.uid === cron.metadata.uid ? existing : undefined;
    }
    events.warning(cron, 'FailedCreate', `Error creating job: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

const endOf = ({ status }: ReadJob) => status?.conditions?.find(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True')?.type;

function newestSuccess(before: string | undefined, jobs: readonly ReadJob[]): string | undefined {
  return [before, ...jobs.filter((found) => endOf(found) === 'Complete').map(({ status }) => status?.completionTime)].filter((time) => time !== undefined).sort().at(-1);
}

function referenceTo({ metadata: { name, namespace, uid, resourceVersion } }: ReadJob): Reference {
  return { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
}

/** Deletes the oldest ended Jobs beyond the history limits. Returns the uids. */
async function removeOld(cron: Cron, jobs: readonly ReadJob[], { client, events }: ControllerContext): Promise<ReadonlySet<string>> {
  const removed = new Set<string>();
  for (const [type, limit] of [['Complete', cron.spec.successfulJobsHistoryLimit], ['Failed', cron.spec.failedJobsHistoryLimit]] as const) {
    if (limit === undefined) continue;
    const ended = jobs.filter((owned) => endOf(owned) === type && !owned.metadata.deletionTimestamp).sort((a, b) => (a.status?.startTime ?? '').localeCompare(b.status?.startTime ?? '') || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
    for (const { metadata: { namespace, name = '', uid = '' } } of ended.slice(0, Math.max(0, ended.length - limit))) {
      if (await client.tryDelete('Job', { namespace, name }, { propagationPolicy: 'Background' })) events.normal(cron, 'SuccessfulDelete', `Deleted job ${name}`);
      removed.add(uid);
    }
  }
  return removed;
}
