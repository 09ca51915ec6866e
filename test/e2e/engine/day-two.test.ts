import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { startLoad } from '../harness/http-load';

const PROGRAM = `
import { Duration, GracefulShutdown, Health, Image, Scale, TwelveFactorApp, Web, Worker } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
const times = { longestRequest: Duration.seconds(2), settle: Duration.seconds(2) };
new Web(app, 'web', { image: Image.reference('nginx:1.22'), port: 80, scale: Scale.fixed(2), health: Health.tcp({ interval: Duration.seconds(1) }), shutdown: GracefulShutdown.nginx(times) }).expose({ type: 'NodePort' });
const worker = { image: Image.reference('busybox:1.35'), command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'], shutdown: GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }) };
new Worker(app, 'mailer', { ...worker, scale: Scale.fixed(1) });
new Worker(app, 'elastic', { ...worker, scale: Scale.between(1, 2) });
app.synth();
`;

describe.skipIf(!defaultKubectl)('the day after an apply (skipped without kubectl)', () => {
  const { kubectl, twelve, try: attempt, write } = useApplication('day-two');
  const replicas = (process: string) => kubectl(`get deployment shop-${process} -o jsonpath={.spec.replicas}/{.status.readyReplicas}`);
  const podsOf = (process: string) => kubectl(`get pods -l app.kubernetes.io/component=${process} --field-selector status.phase=Running -o jsonpath={.items[*].metadata.name}`);

  beforeAll(async () => {
    write('main.ts', PROGRAM);
    await twelve(['apply']);
  });

  it('scale sets another number, waits for it, and the next apply brings that of the program back', async () => {
    explainFailure(kubectl);
    const { code, out, err } = await attempt(['scale', 'mailer=2', '--app', 'shop']);
    expect({ code, out }, err).toEqual({ code: 0, out: expect.stringMatching(/^scale {4}mailer 1 → 2\n[^]*mailer 2\/2[^]*\ndone {5}ready/) });
    expect(err).toContain('the next twelve apply brings the number of the program back');
    expect(await replicas('mailer')).toBe('2/2');
    expect(await kubectl('get deployment shop-mailer --show-managed-fields -o jsonpath={.metadata.managedFields[?(@.subresource=="scale")].manager}')).toBe('twelve-scale');
    expect(await twelve(['apply'])).toMatch(/~ Deployment shop-mailer {3}[^\n]*spec\.replicas/);
    await eventually('the copy that is too many has gone', async () => await replicas('mailer') === '1/1' && !(await podsOf('mailer')).includes(' '));
  });

  it('scale refuses what an autoscaler owns, and then changes nothing', async () => {
    expect(await attempt(['scale', 'mailer=3', 'elastic=2', '--app', 'shop'])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/belongs to the autoscaler shop-elastic, which keeps it between 1 and 2/) });
    expect(await replicas('mailer')).toBe('1/1');
  });

  it('restart replaces all copies of one process, loses no request, and is no change for apply', async () => {
    explainFailure(kubectl);
    const address = `http://127.0.0.1:${await kubectl('get service shop-web -o jsonpath={.spec.ports[0].nodePort}')}/`;
    await eventually('it answers', async () => (await fetch(address)).ok);
    const [before, mailer] = await Promise.all([podsOf('web'), podsOf('mailer')]);
    const load = startLoad(address, 2);
    const out = await twelve(['restart', 'web', '--app', 'shop']);
    await eventually('none of the old copies is left', async () => !(await podsOf('web')).split(' ').some((name) => before.split(' ').includes(name)));
    const { requests, failures } = await load.stop();
    expect(out).toMatch(/^restart {2}web\n[^]*web 2\/2[^]*\ndone {5}ready/);
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(20);
    expect(await podsOf('mailer')).toBe(mailer);
    expect(await kubectl('get deployment shop-web -o jsonpath={.spec.template.metadata.annotations}')).toContain('kubectl.kubernetes.io/restartedAt');
    expect(await twelve(['apply'])).toContain('nothing had to change');
  });
});
