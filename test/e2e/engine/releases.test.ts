import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';
import { eventually } from '../harness/eventually';

const hasScript = spawnSync('script', ['--version']).status === 0;

/** Two workers on one configuration and one secret, and a release task that can be made to fail. */
const program = ({ greeting = 'one', migrate = 'echo migrated', image = 'busybox:1.35', extra = false } = {}) => `
  import { Config, Duration, GracefulShutdown, Image, k8s, Secrets, SecretValue, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
  const image = Image.reference('${image}');
  const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) });
  const config = new Config(app, 'config', { GREETING: '${greeting}' });
  const secrets = new Secrets(app, 'secrets', { TOKEN: SecretValue.command(['cat', 'token']), KEY: SecretValue.environment('KEY') });
  const command = ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'];
  new Worker(app, 'mailer', { image, command, shutdown, env: [config, secrets] });
  new Worker(app, 'bystander', { image: Image.reference('busybox:1.35'), command, shutdown });
  ${extra ? "new Worker(app, 'extra', { image, command, shutdown });" : ''}
  new k8s.KubeJob(app.chart, 'migrate', {
    metadata: { name: 'shop-migrate', labels: { 'twelve-factor.dev/release-task': 'true', 'app.kubernetes.io/component': 'migrate' } },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'busybox:1.35', command: ['sh', '-c', '${migrate}'] }] } } },
  });
  app.synth();`;

describe.skipIf(!defaultKubectl)('the releases of an application', () => {
  const { kubectl, exec, write, folder, twelve, words: lineOf, try: attempt } = useApplication('releases');
  const env = { KEY: 'first-key' };
  const apply = (source: string, words: readonly string[] = [], variables: Record<string, string> = env) => {
    write('main.ts', source);
    return attempt(['apply', ...words], { env: variables });
  };
  /** Those of the version before may still be ending when the apply is done. */
  const podsOf = async (name: string) => {
    const { items } = JSON.parse(await kubectl(['get', 'pods', '-l', `app.kubernetes.io/component=${name}`, '-o', 'json'])) as { readonly items: readonly { readonly metadata: { readonly name: string; readonly deletionTimestamp?: string } }[] };
    return items.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name).join(' ');
  };
  const mailer = (...words: readonly string[]) => exec('mailer', ...words);
  const releases = async () => (JSON.parse(await twelve(['history', 'shop', '--output', 'json'])) as readonly { release: number; status: string; summary: string }[]).map(({ release, status }) => `${release} ${status}`);

  beforeAll(() => write('token', 'geheim-1\n'));

  it('begin with configuration, then their tasks, then processes', async () => {
    explainFailure(kubectl);
    const { code, out, err } = await apply(program());
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/release {2}migrate done in [^]*mailer 1\/1[^]*done {5}release 1, \d+ objects applied/);
    expect(await mailer('sh', '-c', 'echo $GREETING $TOKEN $KEY')).toBe('one geheim-1 first-key\n');
    expect(await releases()).toEqual(['1 running']);
  });

  it('are none without a change', async () => {
    const { out } = await apply(program());
    expect(out).toMatch(/done {5}nothing had to change/);
    expect(await releases()).toEqual(['1 running']);
  });

  it('are foretold value by value, without those of secrets, and nothing is changed by that', async () => {
    write('main.ts', program({ greeting: 'soon', image: 'nginx:1.22' }));
    write('token', 'geheim-9\n');
    const { code, out } = await attempt(['diff'], { env });
    expect(code).toBe(2);
    expect(out).toMatch(/^shop\/config\n {2}\+ ConfigMap shop-config-\w+ {3}instead of shop-config-\w+\n {6}~ data\.GREETING: one → soon\n/);
    expect(out).toMatch(/~ Deployment shop-mailer\n[^+~-]*[^]*spec\.template\.spec\.containers\[mailer\]\.image: busybox:1\.35 → nginx:1\.22/);
    expect(out).toMatch(/~ data\.TOKEN: \*\*\* → \*\*\*/);
    expect(out).not.toMatch(/geheim|Z2VoZWlt|bystander/);
    write('main.ts', program());
    write('token', 'geheim-1\n');
    expect(await attempt(['diff'], { env })).toMatchObject({ code: 0, out: '' });
  });

  it('roll exactly the pods that use a secret that was rotated, and tell nobody its value', async () => {
    const [before, bystander] = await Promise.all([podsOf('mailer'), podsOf('bystander')]);
    write('token', 'geheim-2\n');
    const { code, out, err } = await apply(program());
    expect(code).toBe(0);
    expect(await mailer('sh', '-c', 'echo $TOKEN')).toBe('geheim-2\n');
    expect(await podsOf('mailer')).not.toContain(before);
    expect(await podsOf('bystander')).toBe(bystander);
    const everything = out + err + await kubectl('get pods,deployments,replicasets,jobs,configmaps -o yaml') + await twelve(['history', 'shop']);
    for (const trace of ['geheim-2', Buffer.from('geheim-2').toString('base64')]) expect(everything).not.toContain(trace);
  });

  it('fail with their task: its last words are told, and no process has changed', async () => {
    const before = await podsOf('mailer');
    const { code, err } = await apply(program({ greeting: 'two', migrate: 'echo the table is locked; exit 9' }));
    expect(code).toBe(1);
    expect(err).toMatch(/the release task migrate failed[^]*exit code 9[^]*log {4}the table is locked/);
    expect(await podsOf('mailer')).toBe(before);
    expect(await releases()).toEqual(['3 failed', '2 running', '1 deployed']);
  });

  it('remove what left the program, when the new is ready', async () => {
    expect((await apply(program({ greeting: 'two', extra: true }))).code).toBe(0);
    expect(await podsOf('extra')).not.toBe('');
    const { out } = await apply(program({ greeting: 'three' }));
    expect(out).toMatch(/- Deployment shop-extra[^]*wait[^]*prune {4}- Deployment shop-extra/);
    await eventually('the pods of extra are gone', async () => await kubectl('get pods -l app.kubernetes.io/component=extra -o name') === '');
    expect((await kubectl('get configmaps -o name')).match(/shop-config-/g)).toHaveLength(3);
  });

  it('come back as a whole, configuration included', async () => {
    expect(await mailer('sh', '-c', 'echo $GREETING')).toBe('three\n');
    const out = await twelve(['rollback', '--app', 'shop']);
    expect(out).toMatch(/\+ Deployment shop-extra[^]*done {5}release 6/);
    expect(await mailer('sh', '-c', 'echo $GREETING $TOKEN')).toBe('two geheim-2\n');
    expect(out).not.toContain('migrate done');
    expect(await twelve(['history', 'shop'])).toMatch(/6 +running.*rollback to 4/);
  });

  it('come back by themselves after a failure when that is wanted, with exit code 3', async () => {
    const { code, out, err } = await apply(program({ greeting: 'four', image: 'twelve-no-such-image:1' }), ['--rollback-on-failure']);
    expect(code, err).toBe(3);
    expect(err).toMatch(/(ErrImagePull|ImagePullBackOff)[^]*rollback to release 6[^]*the release failed, and release 6 runs again/);
    expect(out).toMatch(/mailer 1\/1/);
    expect(await mailer('sh', '-c', 'echo $GREETING')).toBe('two\n');
  });

  describe('lend their image and configuration to', () => {
    const run = (words: readonly string[], options: Parameters<typeof attempt>[1] = {}) => attempt(['run', 'mailer', '--app', 'shop', '--', ...words], options);
    const leftovers = () => kubectl(['get', 'pods', '-l', 'twelve-factor.dev/run', '-o', 'name']);

    it('a command, whose output and exit code are ours, and of which nothing is left', async () => {
      expect(await run(['sh', '-c', 'echo $GREETING-$KEY; exit 7'])).toMatchObject({ code: 7, out: 'two-first-key\n' });
      await eventually('the pod is gone', async () => await leftovers() === '');
    });

    it('a command that reads what is piped into it', async () => {
      expect(await run(['sh', '-c', 'sort; echo end'], { input: 'b\na\n' })).toMatchObject({ code: 0, out: 'a\nb\nend\n' });
    });

    it.skipIf(!hasScript)('a command on a terminal (skipped without script)', async () => {
      const words = [process.execPath, ...lineOf(['run', 'mailer', '--app', 'shop', '--', 'sh', '-c', 'tty; read line; echo got $line'])];
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      const { code, out } = await tryRun('script', ['-qec', quoted, '/dev/null'], { cwd: folder, input: 'hello\n' });
      expect(out).toMatch(/\/dev\/pts\/0[^]*got hello/);
      expect(code).toBe(0);
    });

    it('a command that is interrupted: its pod goes, too', async () => {
      const stop = new AbortController();
      const running = run(['sh', '-c', 'echo started; trap exit TERM; while :; do sleep 0.2; done'], { signal: stop.signal });
      await eventually('it runs', async () => (await kubectl(['get', 'pods', '-l', 'twelve-factor.dev/run', '-o', 'jsonpath={.items[*].status.phase}'])) === 'Running');
      stop.abort();
      expect((await running).code).toBe(130);
      await eventually('the pod is gone', async () => await leftovers() === '');
    });

    it('no command of a process that is not there', async () => {
      expect(await attempt(['run', 'nobody', '--app', 'shop', '--', 'true'])).toMatchObject({ code: 1, err: expect.stringMatching(/shop has no process "nobody"; it has: bystander, extra, mailer, migrate/) });
    });
  });

  it('go with the application', async () => {
    await twelve(['delete', '--app', 'shop']);
    expect((await attempt(['history', 'shop'])).err).toMatch(/there is no application "shop"/);
    expect(await kubectl('get secrets -o name')).toBe('');
  });
});
