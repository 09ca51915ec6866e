import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CronJob } from '../../lib/api/types';
import { FakeClock } from '../../lib/base/fake-clock';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1, 11, 59, 30);
let clock: FakeClock;
let cluster: TestCluster;
beforeEach(async () => {
  clock = new FakeClock(START);
  cluster = await startTestCluster({ clock });
});
afterEach(() => cluster.stop());

const meta = { name: 'tick', namespace: 'default' };
/** Its Jobs run until somebody ends them: their pods fit nowhere. */
const running = { parallelism: 1, template: { spec: { restartPolicy: 'Never', nodeSelector: { none: 'such' }, containers: [{ name: 'a', image: 'a' }] } } };
const ending = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } };
const create = (spec: object, jobSpec: object = running) => cluster.client.create({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta, spec: { schedule: '* * * * *', ...spec, jobTemplate: { spec: jobSpec } } } as CronJob);
const jobs = () => cluster.lister.list('Job', 'default').filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? '').sort();
const nameAt = (time: number) => `tick-${Math.floor(time / MINUTE)}`;
const status = () => cluster.lister.tryGet('CronJob', meta)?.status;
const events = () => cluster.lister.list('Event').filter(({ involvedObject }) => involvedObject.kind === 'CronJob').map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
/** Time passes when the controller has seen the object. */
const pass = async (milliseconds: number) => {
  await cluster.until(() => cluster.lister.tryGet('CronJob', meta), 'it exists');
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(milliseconds);
};

it('starts a Job every minute beside those that run, and counts them as active', async () => {
  await create({});
  await pass(MINUTE);
  await cluster.until(() => jobs().join() === nameAt(START + MINUTE), 'the first one');
  await pass(MINUTE);
  await cluster.until(() => status()?.active?.length === 2, 'two are active');
  expect(jobs()).toEqual([nameAt(START + MINUTE), nameAt(START + 2 * MINUTE)]);
  expect(status()?.lastScheduleTime).toBe('2024-01-01T12:01:00Z');
  expect(cluster.lister.tryGet('Job', { namespace: 'default', name: nameAt(START + MINUTE) })?.metadata.annotations).toMatchObject({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2024-01-01T12:00:00Z' });
});

it('does not start another while one runs, if that is forbidden, and makes up for it afterwards', async () => {
  await create({ concurrencyPolicy: 'Forbid' });
  await pass(MINUTE);
  await cluster.until(() => status()?.active?.length === 1, 'it runs');
  await pass(2 * MINUTE);
  await cluster.until(() => events().includes('Normal JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid'), 'the event');
  expect(jobs()).toEqual([nameAt(START + MINUTE)]);

  await cluster.client.delete('Job', { namespace: 'default', name: nameAt(START + MINUTE) }, { propagationPolicy: 'Background' });
  await cluster.until(() => jobs().join() === nameAt(START + 3 * MINUTE), 'the newest missed time');
  expect(events()).toContain(`Normal MissingJob: Active job went missing: ${nameAt(START + MINUTE)}`);
});

it('replaces the one that runs, if that is wanted', async () => {
  await create({ concurrencyPolicy: 'Replace' });
  await pass(MINUTE);
  await cluster.until(() => status()?.active?.length === 1, 'it runs');
  await pass(MINUTE);
  await cluster.until(() => jobs().join() === nameAt(START + 2 * MINUTE), 'only the second one');
  await cluster.until(() => status()?.active?.map(({ name }) => name).join() === nameAt(START + 2 * MINUTE), 'only it is active');
  expect(events()).toContain(`Normal SuccessfulDelete: Deleted job ${nameAt(START + MINUTE)}`);
});

it('does nothing while it is suspended, and starts what is due when it is resumed', async () => {
  await create({ suspend: true });
  await pass(3 * MINUTE);
  expect(jobs()).toEqual([]);
  await cluster.client.patch('CronJob', meta, { spec: { suspend: false } });
  await cluster.until(() => jobs().join() === nameAt(START + 3 * MINUTE), 'the newest missed time');
});

it('warns when more than a hundred starts were missed, and starts the newest', async () => {
  await create({ suspend: true });
  await pass(200 * MINUTE);
  await cluster.client.patch('CronJob', meta, { spec: { suspend: false } });
  await cluster.until(() => jobs().join() === nameAt(START + 200 * MINUTE), 'the newest missed time');
  await cluster.until(() => events().includes('Warning TooManyMissedTimes: too many missed start times: 200. Set or decrease .spec.startingDeadlineSeconds or check clock skew'), 'the warning');
});

it('keeps as many ended Jobs as its history says', async () => {
  await create({ successfulJobsHistoryLimit: 2 }, ending);
  for (let minute = 1; minute <= 4; minute++) {
    await pass(MINUTE);
    await cluster.until(() => jobs().includes(nameAt(START + minute * MINUTE)) && !status()?.active?.length, `run ${minute}`);
  }
  await cluster.until(() => jobs().join() === [3, 4].map((minute) => nameAt(START + minute * MINUTE)).join(), 'the last two');
  expect(status()?.lastSuccessfulTime).toBeDefined();
  expect(events()).toContain(`Normal SawCompletedJob: Saw completed job: ${nameAt(START + MINUTE)}, status: Complete`);
});

it('does not count a Job that somebody else made from it', async () => {
  const cron = await create({ concurrencyPolicy: 'Forbid' });
  const { uid = '' } = cron.metadata;
  await cluster.client.create({
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'by-hand', namespace: 'default', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid, controller: true }] }, spec: running,
  } as never);
  await cluster.until(() => events().includes('Warning UnexpectedJob: Saw a job that the controller did not create or forgot: by-hand'), 'the warning');
  await pass(MINUTE);
  await cluster.until(() => jobs().includes(nameAt(START + MINUTE)), 'its own one starts');
  expect(status()?.active?.map(({ name }) => name)).toEqual([nameAt(START + MINUTE)]);
});
