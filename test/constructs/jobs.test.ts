import { describe, expect, it } from 'vitest';
import { Config, Duration, Image, ReleaseTask, ScheduledJob, Web, Worker, type ScheduledJobOptions } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('shop:1.4.2');
const command = ['node', 'run.js'];

describe('ReleaseTask', () => {
  const task = (tag: string, level = 'info') => ofKind(synthesize((app) => {
    const config = new Config(app, 'config', { LOG_LEVEL: level });
    return new ReleaseTask(app, 'migrate', { image: Image.reference(`shop:${tag}`), command, env: [config] });
  }), 'Job');

  it('is a Job that is tried once, in a time, and that a drained host does not fail', () => {
    expect(task('1')).toMatchObject({
      metadata: { labels: { 'twelve-factor.dev/release-task': 'true' } },
      spec: { backoffLimit: 0, activeDeadlineSeconds: 600, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] }, template: { spec: { restartPolicy: 'Never' } } },
    });
    expect(task('1').spec.ttlSecondsAfterFinished).toBeUndefined(); // a Job that is gone would be run again
  });

  it('is another Job when its image or configuration is another, and the same one otherwise', () => {
    expect(task('1').metadata.name).toMatch(/^shop-migrate-[0-9a-f]{8}$/);
    expect(task('1').metadata.name).toBe(task('1').metadata.name);
    expect(task('2').metadata.name).not.toBe(task('1').metadata.name);
    expect(task('1', 'debug').metadata.name).not.toBe(task('1').metadata.name);
  });
});

describe('ScheduledJob', () => {
  const job = (options: Partial<ScheduledJobOptions> = {}) => ofKind(synthesize((app) => new ScheduledJob(app, 'report', { image, command, schedule: '0 3 * * *', ...options })), 'CronJob');

  it('runs one at a time, in UTC, within limits of time', () => {
    expect(job()).toMatchObject({
      metadata: { name: 'shop-report' },
      spec: {
        schedule: '0 3 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1,
        jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: 3600, template: { spec: { restartPolicy: 'Never' } } } },
      },
    });
    expect(job({ overlap: 'replace', timeZone: 'Asia/Tokyo', suspended: true, startWithin: Duration.minutes(5), retries: 0 }).spec)
      .toMatchObject({ concurrencyPolicy: 'Replace', timeZone: 'Asia/Tokyo', suspend: true, startingDeadlineSeconds: 300, jobTemplate: { spec: { backoffLimit: 0 } } });
  });

  it('has a schedule and a time zone that exist', () => {
    expect(() => job({ schedule: '0 25 * * *' })).toThrow(/ScheduledJob "report": "0 25 \* \* \*" is not a schedule: .*write minute, hour/);
    expect(() => job({ schedule: 'TZ=Asia/Tokyo 0 3 * * *' })).toThrow(/give it as timeZone/);
    expect(() => job({ timeZone: 'Asia/Atlantis' })).toThrow(/no time zone "Asia\/Atlantis"/);
    expect(() => job({ retries: -1 })).toThrow(/retries -1 is not a whole number/);
    expect(() => job({ startWithin: Duration.seconds(5) })).toThrow(/startWithin is .*from 10/);
  });
});

describe('a dependency between constructs', () => {
  it('is written on what runs, by name', () => {
    const objects = synthesize((app) => {
      const migrate = new ReleaseTask(app, 'migrate', { image, command });
      const cache = new Worker(app, 'cache', { image });
      const web = new Web(app, 'web', { image, port: 8080 });
      web.node.addDependency(migrate, cache);
    });
    const web = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'shop-web');
    expect(web.metadata.annotations['twelve-factor.dev/depends-on']).toMatch(/^Deployment\/shop-cache, Job\/shop-migrate-[0-9a-f]{8}$/);
    expect(ofKind(objects, 'Service').metadata.annotations).toBeUndefined();
    expect(ofKind(objects, 'Job').metadata.annotations).toBeUndefined();
  });
});
