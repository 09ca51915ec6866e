import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';

const PROGRAM = `
import { Config, Files, Image, Scale, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: { config: { WORKERS: 2 } }, prod: { config: { WORKERS: '8', GREETING: 'こんにちは "世界"' } } } });
const config = new Config(app, 'config', { GREETING: 'hello', WORKERS: { type: 'integer', min: 1 }, TIMEOUT: { type: 'duration', default: '1m30s', as: 'seconds' }, UNUSED: { optional: true } });
new Worker(app, 'reader', {
  image: Image.reference('busybox:1.35'), command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'], scale: Scale.fixed(1),
  env: [config.as({ WORKERS: 'THREADS' })],
  attach: [
    config.asFiles('/etc/shop', { names: { GREETING: 'greeting.txt' } }),
    Files.copy(app, 'pages', '/srv/pages', 'pages'),
    Files.file(app, 'motd', '/etc/motd', 'welcome\\n', { mode: 0o440 }),
  ],
});
app.synth();
`;

describe.skipIf(!defaultKubectl)('Config and Files (skipped without kubectl)', () => {
  const { kubectl, exec, twelve, try: attempt, write } = useApplication('config');
  const inPod = (script: string) => exec('reader', 'sh', '-c', script);
  const podOf = async () => (await kubectl('get pods -o jsonpath={.items[0].metadata.uid}')).trim();

  beforeAll(async () => {
    write('main.ts', PROGRAM);
    write('pages/index.html', '<h1>日本語</h1>');
    write('pages/css/shop.css', 'a {}');
    await twelve(['apply', '--env', 'dev']);
  });

  it('reach the process as variables of their types and as files', async () => {
    explainFailure(kubectl);
    expect(await inPod('echo "$GREETING $THREADS $TIMEOUT ${WORKERS-none} ${UNUSED-none}"')).toBe('hello 2 90 none none\n');
    expect(await inPod('cat /etc/shop/greeting.txt; ls /etc/shop | wc -l')).toBe('hello1\n');
    expect(await inPod('cat /srv/pages/index.html /srv/pages/css/shop.css')).toBe('<h1>日本語</h1>a {}');
    expect(await inPod('cat /etc/motd; stat -c %a /etc/motd; ls /etc | grep -c passwd')).toBe('welcome\n440\n1\n');
    expect(await inPod('echo x > /etc/shop/greeting.txt 2>/dev/null || echo refused')).toBe('refused\n');
  });

  it('roll the process when the environment gives other values, and leave it alone when nothing changed', async () => {
    explainFailure(kubectl);
    const before = await podOf();
    await twelve(['apply', '--env', 'dev']);
    expect(await podOf()).toBe(before);
    await twelve(['apply', '--env', 'prod']);
    expect(await inPod('echo "$GREETING $THREADS"; cat /etc/shop/greeting.txt')).toBe('こんにちは "世界" 8\nこんにちは "世界"');
  });

  it('stop an apply with everything that is missing, and change nothing', async () => {
    write('wrong.ts', PROGRAM.replace("{ WORKERS: '8',", "{ WORKERS: 'many', GREETNG: 'x',").replace('UNUSED: { optional: true }', 'OWNER: {}'));
    const versions = () => kubectl('get deployment,configmap -o jsonpath={.items[*].metadata.resourceVersion}');
    const before = await versions();
    const { code, err } = await attempt(['apply', 'wrong.ts', '--env', 'prod']);
    expect(code).not.toBe(0);
    expect(err).toContain('WORKERS is "many"; it must be a whole number');
    expect(err).toContain('OWNER has no value in environment "prod"; set environments.prod.config.OWNER');
    expect(err).toContain('environments.prod.config.GREETNG belongs to no Config; write GREETING');
    expect(err).toMatch(/wrong\.ts:4:\d+/);
    expect(await versions()).toBe(before);
  });
});
