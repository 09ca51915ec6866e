import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { templateOf, WorkloadCases } from './harness/workloads';

const cronJob = (name: string, spec: object = {}, script = 'date') => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name },
  spec: { schedule: '* * * * *', ...spec, jobTemplate: { metadata: { labels: { made: 'by-schedule' } }, spec: { template: templateOf(name, script, { spec: { restartPolicy: 'Never' } }) } } },
});
const minuteOf = (job: string) => Number(/-(\d+)$/.exec(job)?.[1]) * 60_000;

describe.skipIf(!defaultKubectl)('CronJob (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('cron-job');
  const cases = new WorkloadCases(kubectl);
  const jobsOf = async (name: string) => (await kubectl('get jobs -o name')).split('\n').map((line) => line.replace('job.batch/', '')).filter((job) => new RegExp(`^${name}-\\d+$`).test(job));
  beforeAll(() => cases.apply(
    cronJob('tick'),
    cronJob('paused', { suspend: true }),
    cronJob('here', { schedule: `* ${hoursIn('Asia/Kathmandu').join(',')} * * *`, timeZone: 'Asia/Kathmandu' }),
    cronJob('unkept', { successfulJobsHistoryLimit: 0 }),
    cronJob('yearly', { schedule: '0 0 1 1 *' }),
  ));

  it('can be run by hand at any time, which does not count as one of its own', async () => {
    explainFailure(kubectl);
    await kubectl('create job --from=cronjob/yearly by-hand');
    await cases.condition('job', 'by-hand', 'Complete');
    const { metadata } = await cases.get('job', 'by-hand');
    expect([metadata.labels?.['made'], metadata.annotations]).toEqual(['by-schedule', { 'cronjob.kubernetes.io/instantiate': 'manual' }]);
    const { status } = await cases.until('cronjob', 'yearly', 'it knows of the success', (found) => found.status['lastSuccessfulTime']);
    expect([status['active'], status['lastScheduleTime']]).toEqual([undefined, undefined]);
  });

  it.each([
    ['a time zone that nobody knows', { timeZone: 'Mars/Olympus' }, /spec\.timeZone: Invalid value: "Mars\/Olympus": unknown time zone Mars\/Olympus/],
    ['a schedule that is none', { schedule: '61 * * * *' }, /spec\.schedule: Invalid value: "61 \* \* \* \*": end of range \(61\) above maximum \(59\): 61/],
    ['a policy that is none', { concurrencyPolicy: 'Sometimes' }, /spec\.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"/],
  ])('refuses %s', async (_what, spec, message) => {
    expect((await kubectl.try('create -f -', { input: JSON.stringify(cronJob('wrong', spec)) })).err).toMatch(message);
  });

  it('starts a Job at the minute, named after it, and says when it last ran and succeeded', async () => {
    explainFailure(kubectl);
    const [name] = await eventually('its Job is there', async () => (await jobsOf('tick')).length > 0 && jobsOf('tick'));
    const scheduled = new Date(minuteOf(name)).toISOString().replace('.000Z', 'Z');
    const { metadata } = await cases.get('job', name);
    expect(metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled });
    expect(metadata.labels?.['made']).toBe('by-schedule');
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'tick', controller: true, blockOwnerDeletion: true }]);
    expect(Date.parse(metadata.creationTimestamp ?? '') - minuteOf(name)).toBeGreaterThanOrEqual(0);
    const cron = await cases.until('cronjob', 'tick', 'its Job has ended', ({ status }) => !status['active'] && status['lastSuccessfulTime']);
    expect(Date.parse(String(cron.status['lastScheduleTime']))).toBeGreaterThanOrEqual(minuteOf(name));
    await cases.untilEvent('CronJob', 'tick', `Normal SuccessfulCreate Created job ${name}`);
    await cases.untilEvent('CronJob', 'tick', `Normal SawCompletedJob Saw completed job: ${name}, status: Complete`);
  });

  it('starts nothing while it is suspended', async () => {
    expect(await jobsOf('paused')).toEqual([]);
    expect((await cases.get('cronjob', 'paused')).status).toEqual({});
  });

  it('goes by the clock of its time zone', async () => {
    explainFailure(kubectl);
    const [name] = await eventually('its Job is there', async () => (await jobsOf('here')).length > 0 && jobsOf('here'));
    const annotation = (await cases.get('job', name)).metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '';
    expect(annotation).toMatch(/:00\+05:45$/);
    expect(Date.parse(annotation)).toBe(minuteOf(name));
  });

  it('keeps no Job that has succeeded, if its history says so', async () => {
    explainFailure(kubectl);
    const removed = await cases.untilEvent('CronJob', 'unkept', /^Normal SuccessfulDelete Deleted job unkept-\d+$/);
    await eventually('the Job is gone', async () => (await kubectl.try(['get', 'job', removed.split(' ').at(-1) ?? ''])).code !== 0);
  });

  it('takes its Jobs and their pods with it', async () => {
    await kubectl('delete cronjob tick --cascade=foreground --timeout=180s');
    expect(await jobsOf('tick')).toEqual([]);
    expect(await cases.pods('tick')).toEqual([]);
  });
});

/** The hours there within the next minutes: hours away from those of UTC. */
const hoursIn = (timeZone: string) => [...new Set([0, 5].map((minutes) => Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(Date.now() + minutes * 60_000))))];
