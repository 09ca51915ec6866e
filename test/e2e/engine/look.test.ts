import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';
import { eventually } from '../harness/eventually';

const hasScript = spawnSync('script', ['--version']).status === 0;

interface Process {
  readonly replicas?: number;
  readonly image?: string;
  readonly script?: string;
  readonly containers?: readonly string[];
}

const labels = (name: string) => ({ 'twelve-factor.dev/app': 'shop', 'app.kubernetes.io/component': name });
const deployment = (name: string, { replicas = 1, image = 'busybox:1.35', script = 'echo $WHO says hello', containers = [name] }: Process = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `shop-${name}`, labels: labels(name) },
  spec: {
    replicas, selector: { matchLabels: { process: name } },
    template: {
      metadata: { labels: { process: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: containers.map((container) => ({ name: container, image, command: ['sh', '-c', `${script}; trap exit TERM; while :; do sleep 0.2; done`], env: [{ name: 'WHO', value: container }] })) },
    },
  },
});
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-web', labels: labels('web') }, spec: { type: 'NodePort', selector: { process: 'web' }, ports: [{ port: 80 }] } };

describe.skipIf(!defaultKubectl)('looking after an application (skipped without kubectl)', () => {
  const { kubectl, folder, try: attempt, twelve, words: lineOf, write } = useApplication('look');
  const apply = (items: readonly object[], words: readonly string[] = []) => {
    write('shop.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return twelve(['apply', 'shop.json', ...words]);
  };
  const status = async () => {
    const { code, out } = await attempt(['status', 'shop', '--output', 'json']);
    const { isReady, applications } = JSON.parse(out) as { readonly isReady: boolean; readonly applications: readonly object[] };
    return { code, isReady, applications };
  };
  const sorted = (text: string) => text.trimEnd().split('\n').sort();

  beforeAll(() => apply([deployment('web', { containers: ['web', 'proxy'] }), deployment('mailer'), service]));

  it('status has the release, the processes and the addresses, and exit code 0 when all is ready', async () => {
    const { code, out } = await attempt(['status', 'shop']);
    expect(code).toBe(0);
    expect(out).toMatch(/shop +\S+ +mailer +Deployment +1\/1 +0 +1 [^]*shop +\S+ +web +Deployment +1\/1[^]*shop {2}release 1, running, \d{4}-[^]*\n {2}web {2}http:\/\/\S+:\d+\n/);
    expect(await status()).toMatchObject({ code: 0, isReady: true, applications: [{ name: 'shop', release: { number: 1, status: 'deployed' }, processes: [{ process: 'mailer', isReady: true }, { process: 'web', isReady: true }], causes: [] }] });
  });

  it('logs are those of all processes, of some, or of one container, each line with its source', async () => {
    const prefixed = (source: string) => expect.stringMatching(new RegExp(`^${source} \\w{5} \\| \\w+ says hello$`)) as string;
    expect(sorted(await twelve(['logs']))).toEqual([prefixed('mailer'), prefixed('web'), prefixed('web/proxy')]);
    expect(sorted(await twelve(['logs', 'web']))).toEqual([prefixed('web'), prefixed('web/proxy')]);
    expect(sorted(await twelve(['logs', 'shop', 'web', 'mailer', '--tail', '1', '--since', '1h', '-c', 'web']))).toEqual([prefixed('web')]);
    expect(JSON.parse(await twelve(['logs', '--app', 'shop', 'mailer', '--output', 'json']))).toEqual({ process: 'mailer', pod: expect.stringMatching(/^shop-mailer-/), container: 'mailer', line: 'mailer says hello' });
    expect(await attempt(['logs', 'wbe'])).toMatchObject({ code: 1, err: expect.stringMatching(/shop has no process "wbe"; it has: mailer, web/) });
    expect((await attempt(['logs', '--previous'])).err).toMatch(/no container of shop has been started again/);
  });

  it('logs that are followed have copies that start later, and the run before a restart is still there', async () => {
    let seen = '';
    const followed = attempt(['logs', 'mailer', '-f', '--tail', '100'], {
      until(out) {
        seen = out;
        return out.split('\n').length > 3;
      },
    });
    await eventually('the first copy is followed', () => seen !== '');
    await eventually('both copies of mailer run', async () => {
      await kubectl('scale deployment/shop-mailer --replicas=2');
      return await kubectl('get deployment shop-mailer -o jsonpath={.status.readyReplicas}') === '2';
    });
    await eventually('the second copy is followed', () => seen.split('\n').length > 2);
    const [pod = ''] = (await kubectl('get pods -l process=mailer -o jsonpath={.items[*].metadata.name}')).split(' ');
    await kubectl.try(['exec', pod, '--', 'kill', '1']); // which may go down with what it ends
    const { out } = await followed;
    expect(new Set(sorted(out).map((line) => line.slice(0, 12))).size).toBe(2);
    expect(sorted(out)).toHaveLength(3);
    expect(await twelve(['logs', 'mailer', '--previous'])).toBe(`mailer ${pod.slice(-5)} | mailer says hello\n`);
  });

  it('status says why a process is not ready, and has exit code 1', async () => {
    explainFailure(kubectl);
    await apply([deployment('web', { containers: ['web', 'proxy'] }), deployment('mailer', { image: 'twelve-no-such-image:1' }), service], ['--timeout', '0', '--force-conflicts']);
    const { code, out } = await eventually('the image is missed', async () => {
      const result = await attempt(['status', 'shop']);
      return /ErrImagePull|ImagePullBackOff/.test(result.out) && result;
    });
    expect(code).toBe(1);
    expect(out).toMatch(/Deployment shop-mailer is not ready: [^]*(ErrImagePull|ImagePullBackOff): [^]*twelve-no-such-image:1[^]*container mailer/);
    expect(await status()).toMatchObject({ code: 1, isReady: false, applications: [{ isReady: false, processes: [{ process: 'mailer', isReady: false }, { process: 'web', isReady: true }], causes: [expect.stringContaining('twelve-no-such-image:1')] }] });
  });

  it.skipIf(!hasScript)('delete asks on a terminal, and a no changes nothing (skipped without script)', async () => {
    const line = [process.execPath, ...lineOf(['delete', '--app', 'shop'])].map((word) => `'${word}'`).join(' ');
    const { code, out } = await tryRun('script', ['-qec', line, '/dev/null'], { cwd: folder, input: 'n\n', env: { CI: '' } });
    expect(out).toMatch(/\d+ objects of [^]* are going to be deleted, with all their data: [^]*Deployment shop-web[^]*Go on\? \[y\/N\][^]*nothing was changed/);
    expect(code).toBe(1);
    expect(await kubectl('get deployments -o name')).toMatch(/shop-mailer[^]*shop-web/);
  });

  it('delete says what it would delete, and without a terminal it deletes, event by event', async () => {
    expect(await twelve(['delete', '--app', 'shop', '--dry-run'])).toMatch(/delete {3}- Deployment shop-web\n/);
    expect(await kubectl('get deployments -o name')).toContain('shop-web');
    const events = (await twelve(['delete', '--app', 'shop', '--output', 'json'])).trimEnd().split('\n').map((text) => JSON.parse(text) as { readonly stage: string; readonly kind?: string });
    expect(events.at(-1)).toMatchObject({ stage: 'done', exitCode: 0, meaning: 'done', deleted: events.length - 1 });
    expect(events.slice(0, -1).every(({ stage }) => stage === 'delete')).toBe(true);
    expect(await kubectl('get deployments,secrets -o name')).toBe('');
    expect(await attempt(['delete', '--app', 'shop'])).toMatchObject({ code: 0, out: 'delete   nothing is there\n' });
  });
});
