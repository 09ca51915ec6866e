import { describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';

const program = ({ migrate = 'echo migrated', version = '1' }) => `
  import { Config, Duration, GracefulShutdown, Health, Image, ReleaseTask, ScheduledJob, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
  const image = Image.reference('busybox:1.35');
  const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) });
  const config = new Config(app, 'config', { VERSION: '${version}' });
  const serve = (delay: number) => ['sh', '-c', 'trap exit TERM; sleep ' + delay + '; touch /tmp/ready; while :; do sleep 0.2; done'];
  const health = Health.command(['test', '-f', '/tmp/ready'], { interval: Duration.seconds(1) });
  new ReleaseTask(app, 'migrate', { image, command: ['sh', '-c', '${migrate}'], env: [config] });
  const first = new Worker(app, 'first', { image, command: serve(2), health, shutdown });
  const worker = new Worker(app, 'worker', { image, command: serve(0), health, shutdown, env: [config] });
  worker.node.addDependency(first);
  new ScheduledJob(app, 'report', { image, command: ['sh', '-c', 'echo report of version $VERSION'], env: [config], schedule: '0 3 * * *', timeZone: 'Asia/Tokyo' });
  app.synth();`;

describe.skipIf(!defaultKubectl)('ReleaseTask and ScheduledJob (skipped without kubectl)', () => {
  const { kubectl, exec, twelve, try: attempt, write } = useApplication('jobs');
  /** Those of the task: it may be three o'clock in Tokyo. */
  const jobs = async () => (await kubectl('get jobs -o jsonpath={.items[*].metadata.name}')).split(' ').filter((name) => name !== '' && !name.startsWith('shop-report-'));
  const time = async (words: string) => Date.parse((await kubectl(words)).trim());
  const version = async () => (await exec('worker', 'sh', '-c', 'echo $VERSION')).trim();

  it('the task has ended before a process is made, and what depends on another waits for it', async () => {
    explainFailure(kubectl);
    write('main.ts', program({}));
    expect(await twelve(['apply'])).toMatch(/migrate done/);
    const ended = await time('get jobs -o jsonpath={.items[0].status.completionTime}');
    const [first, worker] = [await time('get deployment shop-first -o jsonpath={.metadata.creationTimestamp}'), await time('get deployment shop-worker -o jsonpath={.metadata.creationTimestamp}')];
    const ready = await time(`get deployment shop-first -o jsonpath={.status.conditions[?(@.type=="Available")].lastTransitionTime}`);
    expect(ended).toBeLessThanOrEqual(first);
    expect(ready).toBeLessThanOrEqual(worker);
    expect(worker).toBeGreaterThan(first);
  });

  it('a task that has not changed is not run again', async () => {
    explainFailure(kubectl);
    const before = await jobs();
    expect(before).toHaveLength(1);
    expect(await twelve(['apply'])).toContain('nothing had to change');
    expect(await jobs()).toEqual(before);
  });

  it('a task that fails ends the apply with its last words, and the processes are what they were', async () => {
    explainFailure(kubectl);
    write('main.ts', program({ version: '2', migrate: 'echo column exists already; exit 3' }));
    const { code, err } = await attempt(['apply']);
    expect(code).toBe(1);
    expect(err).toContain('column exists already');
    expect(err).toMatch(/exit code 3|exited with 3|code 3/);
    expect(await version()).toBe('1');
  });

  it('the job fires with the application\'s configuration', async () => {
    explainFailure(kubectl);
    write('main.ts', program({ version: '3' }));
    await twelve(['apply']);
    expect(await version()).toBe('3');
    expect(await kubectl('get cronjob shop-report -o jsonpath={.spec.schedule}|{.spec.timeZone}|{.spec.concurrencyPolicy}')).toBe('0 3 * * *|Asia/Tokyo|Forbid');
    await kubectl('create job --from=cronjob/shop-report now');
    await kubectl('wait --for=condition=Complete job/now --timeout=180s');
    expect(await kubectl('logs job/now')).toBe('report of version 3\n');
  });
});

/** Every process writes down at a store when it runs: the order is read there. */
const ORDERED = `
  import { Duration, GracefulShutdown, Health, Image, ReleaseTask, StatefulService, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
  const image = Image.reference('busybox:1.35');
  const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) });
  const tell = (who: string, then = 'true') => ['sh', '-c', 'wget -qO- "http://shop-store:7000/cgi-bin/note?' + who + '" || exit 1; ' + then];
  const stay = 'trap exit TERM; touch /tmp/ready; while :; do sleep 0.2; done';
  const script = '#!/bin/sh\\necho\\necho $QUERY_STRING >> /data/notes\\n';
  new Worker(app, 'mailer', { image, command: tell('mailer', stay), shutdown });
  const search = new Worker(app, 'search', { image, command: tell('search', stay), shutdown, health: Health.command(['test', '-f', '/tmp/ready'], { interval: Duration.seconds(1) }) });
  new ReleaseTask(app, 'index', { image, command: tell('index') }).node.addDependency(search);
  new StatefulService(app, 'store', {
    image, port: 7000, data: { path: '/data' }, shutdown, health: Health.tcp({ interval: Duration.seconds(1) }),
    command: ['sh', '-c', "mkdir -p /data/cgi-bin; printf '" + script + "' > /data/cgi-bin/note; chmod +x /data/cgi-bin/note; exec httpd -f -p 7000 -h /data"],
  });
  app.synth();`;

describe.skipIf(!defaultKubectl)('a ReleaseTask with dependencies (skipped without kubectl)', () => {
  const { kubectl, twelve, write } = useApplication('ordered');

  it('runs after the services with state and what it depends on, and before everything else', async () => {
    explainFailure(kubectl);
    write('main.ts', ORDERED);
    await twelve(['apply']);
    const notes = await eventually('all have written', async () => {
      const lines = (await kubectl('exec shop-store-0 -- cat /data/notes')).trim().split('\n');
      return lines.length >= 3 && lines;
    });
    expect(notes).toEqual(['search', 'index', 'mailer']);
  });
});
