import { describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { startLoad } from '../harness/http-load';

/** Three copies of a server, with one variable; `broken` never gets ready. */
const program = ({ server, greeting, broken = false }: { readonly server: 'nginx' | 'apache'; readonly greeting: string; readonly broken?: boolean }) => `
  import { Config, Duration, GracefulShutdown, Health, Image, Scale, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
  new Web(app, 'web', {
    image: Image.reference('${broken ? 'twelve-no-such-image:1' : server === 'nginx' ? 'nginx:1.22' : 'httpd:2.4.43'}'), port: 80, scale: Scale.fixed(3),
    env: [new Config(app, 'config', { GREETING: '${greeting}' })],
    health: Health.http('/', { interval: Duration.seconds(1) }),
    shutdown: GracefulShutdown.${server}({ longestRequest: Duration.seconds(10), settle: Duration.seconds(2) }),
  });
  app.synth();`;

describe.skipIf(!defaultKubectl)('a Web of three copies under a steady load (skipped without kubectl)', () => {
  const { kubectl, write, try: attempt } = useApplication('under-load');
  const apply = (source: string, words: readonly string[] = []) => {
    write('main.ts', source);
    return attempt(['apply', ...words]);
  };
  /** From the test's host, which is a node of the cluster: node ports of another cluster on it could be in the way. */
  const address = async () => `http://${await kubectl('get service shop-web -o jsonpath={.spec.clusterIP}')}/`;
  const greeting = async () => (await kubectl('exec deployment/shop-web -- printenv GREETING')).trim();
  const server = async () => (await fetch(await address())).headers.get('server') ?? '';
  const pods = async () => (await kubectl('get pods -l app.kubernetes.io/component=web -o name')).trim().split('\n').sort();

  /** What the load has lost from before the command until only the pods of its result are left. */
  const underLoad = async (command: () => ReturnType<typeof attempt>) => {
    const url = await address();
    await eventually('it answers', async () => (await fetch(url)).ok);
    const load = startLoad(url);
    const result = await command();
    await eventually('three pods are left', async () => (await pods()).length === 3);
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    return { ...result, lost: failures };
  };

  it('loses no request when another image is applied', async () => {
    explainFailure(kubectl);
    expect(await apply(program({ server: 'nginx', greeting: 'one' }))).toMatchObject({ code: 0, err: '' });
    const before = await pods();
    expect(await underLoad(() => apply(program({ server: 'apache', greeting: 'one' })))).toMatchObject({ code: 0, err: '', lost: [] });
    expect(await server()).toMatch(/^Apache/);
    expect((await pods()).filter((pod) => before.includes(pod))).toEqual([]);
  });

  it('loses no request when its configuration changes', async () => {
    explainFailure(kubectl);
    const before = await pods();
    expect(await underLoad(() => apply(program({ server: 'apache', greeting: 'two' })))).toMatchObject({ code: 0, err: '', lost: [] });
    expect(await greeting()).toBe('two');
    expect((await pods()).filter((pod) => before.includes(pod))).toEqual([]);
  });

  it('loses no request in a rollback, which brings back image and configuration', async () => {
    explainFailure(kubectl);
    expect(await underLoad(() => attempt(['rollback', '1', '--app', 'shop']))).toMatchObject({ code: 0, err: '', lost: [] });
    expect(await server()).toMatch(/^nginx/);
    expect(await greeting()).toBe('one');
  });

  it('loses no request when a release that does not get ready is rolled back', async () => {
    explainFailure(kubectl);
    const before = await pods();
    expect(await underLoad(() => apply(program({ server: 'nginx', greeting: 'three', broken: true }), ['--rollback-on-failure']))).toMatchObject({ code: 3, lost: [] });
    expect(await greeting()).toBe('one');
    expect(await pods()).toEqual(before);
  });
});
