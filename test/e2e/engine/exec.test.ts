import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';
import { eventually } from '../harness/eventually';

const hasScript = spawnSync('script', ['--version']).status === 0;

const STAYS = ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'];
const deployment = (name: string, replicas: number, containers: readonly string[]) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `shop-${name}`, labels: { 'twelve-factor.dev/app': 'shop', 'app.kubernetes.io/component': name } },
  spec: {
    replicas, selector: { matchLabels: { process: name } },
    template: { metadata: { labels: { process: name } }, spec: { terminationGracePeriodSeconds: 1, containers: containers.map((container) => ({ name: container, image: 'busybox:1.35', command: STAYS, env: [{ name: 'WHO', value: container }] })) } },
  },
});

describe.skipIf(!defaultKubectl)('a command in a pod that runs (skipped without kubectl)', () => {
  const { kubectl, folder, try: attempt, twelve, words: lineOf, write } = useApplication('exec');
  const exec = (process: string, words: readonly string[], options: Parameters<typeof attempt>[1] = {}) => attempt(['exec', process, '--', ...words], options);

  beforeAll(async () => {
    write('shop.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [deployment('web', 2, ['web', 'proxy']), deployment('pair', 1, ['one', 'two']), deployment('idle', 0, ['idle'])] }));
    await twelve(['apply', 'shop.json']);
  });

  it('has its outputs apart, and its exit code is ours', async () => {
    explainFailure(kubectl);
    expect(await exec('web', ['sh', '-c', 'echo out $WHO; echo err >&2; exit 7'])).toEqual({ code: 7, out: 'out web\n', err: 'err\n' });
    expect(await exec('web', ['true'])).toEqual({ code: 0, out: '', err: '' });
  });

  it('reads what is piped into it, to its end and whole', async () => {
    expect(await exec('web', ['sh', '-c', 'sort; echo end'], { input: 'b\na\n' })).toEqual({ code: 0, out: 'a\nb\nend\n', err: '' });
    expect(await exec('web', ['wc', '-c'], { input: 'x'.repeat(3_000_000) })).toMatchObject({ code: 0, out: '3000000\n' });
    expect((await exec('web', ['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" y'])).out).toBe('y'.repeat(3_000_000));
  });

  it.skipIf(!hasScript)('is at a terminal where we are, whose size it knows (skipped without script)', async () => {
    const words = [process.execPath, ...lineOf(['exec', 'web', '--', 'sh', '-c', 'tty; read line; until [ -n "$(stty size 2>/dev/null)" ]; do sleep 0.1; done; stty size; echo got $line; exit 3'])];
    const quoted = `stty rows 33 cols 77; ${words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}`;
    const { code, out } = await tryRun('script', ['-qec', quoted, '/dev/null'], { cwd: folder, input: 'hello\n' });
    expect(out).toMatch(/\/dev\/pts\/\d+[^]*33 77[^]*got hello/);
    expect(code).toBe(3);
  });

  it('runs in the pod and container that are named', async () => {
    const [first = '', second = ''] = (await kubectl('get pods -l process=web -o jsonpath={.items[*].metadata.name}')).split(' ');
    expect(await twelve(['exec', 'web', '--pod', second, '-c', 'proxy', '--', 'sh', '-c', 'echo $WHO at $HOSTNAME'])).toBe(`proxy at ${second}\n`);
    expect(await twelve(['exec', 'web', '--pod', first.slice(-5), '--', 'hostname'])).toBe(`${first}\n`);
  });

  it('has somewhere to run, or what there is is told', async () => {
    const refusal = async (words: readonly string[]) => {
      const { code, out, err } = await attempt(['exec', ...words, '--', 'true']);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      return err;
    };
    expect(await refusal(['pair'])).toMatch(/several containers; name one with -c: one, two/);
    expect(await refusal(['pair', '-c', 'three'])).toMatch(/has no container "three"; it has: one, two/);
    expect(await refusal(['web', '--pod', 'nobody'])).toMatch(/web has no pod "nobody"; it has: shop-web-\S+ \(Running\), shop-web-\S+ \(Running\)/);
    expect(await refusal(['idle'])).toMatch(/no pod of idle runs; idle has none; a command in a pod of its own: twelve run idle/);
    expect(await refusal(['wbe'])).toMatch(/shop has no process "wbe"; it has: idle, pair, web/);
    expect(await refusal(['web', '--app', 'shup'])).toMatch(/there is no application "shup" in namespace \S+; shop is meant, perhaps; there are: .*shop \(namespace/);
  });

  it('that cannot be started fails, and says why', async () => {
    const { code, out, err } = await exec('web', ['/no/such/program']);
    expect(code).not.toBe(0);
    expect(out + err).toMatch(/no such file|not found/i); // by Docker's words, or by those of the node
  });

  it('that is interrupted ends our connection', async () => {
    const stop = new AbortController();
    const running = exec('web', ['sh', '-c', 'echo started; sleep 60'], { signal: stop.signal, until: (out) => out.includes('started') });
    expect((await running).code).toBe(130);
    await eventually('the process is still well', async () => (await exec('web', ['echo', 'well'])).out === 'well\n');
  });
});
