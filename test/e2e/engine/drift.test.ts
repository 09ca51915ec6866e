import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';

const hasScript = spawnSync('script', ['--version']).status === 0;

const PROGRAM = `
import { Config, Duration, GracefulShutdown, Image, Scale, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
const config = new Config(app, 'config', { GREETING: 'hello' });
new Worker(app, 'mailer', {
  image: Image.reference('busybox:1.35'), command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'], env: [config], scale: Scale.fixed(1),
  shutdown: GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }),
});
app.synth();
`;

describe.skipIf(!defaultKubectl)('what somebody has changed since (skipped without kubectl)', () => {
  const { kubectl, folder, twelve, try: attempt, words: lineOf, write } = useApplication('drift');

  beforeAll(async () => {
    write('main.ts', PROGRAM);
    await twelve(['apply']);
  });

  it('is nothing after an apply', async () => {
    expect(await attempt(['drift'])).toEqual({ code: 0, out: 'drift    shop, release 1: none\n', err: '' });
  });

  it('is told with its values and who it was, and exit code 2', async () => {
    explainFailure(kubectl);
    await kubectl('set env deployment/shop-mailer DEBUG=1');
    await kubectl('scale deployment/shop-mailer --replicas=2');
    await kubectl(['label', 'configmap', '-l', 'twelve-factor.dev/app=shop', 'twelve-factor.dev/app=other', '--overwrite']);
    await kubectl('create configmap stray');
    await kubectl('label configmap stray twelve-factor.dev/app=shop');
    const { code, out } = await attempt(['drift']);
    expect(code).toBe(2);
    expect(out).toMatch(/^drift {4}shop, release 1: 1 changed, 1 foreign, 1 unknown\n/);
    expect(out).toMatch(/! ConfigMap shop-config-\w+ cannot be brought back\n[^]*belongs to the application other/);
    expect(out).toMatch(/~ Deployment shop-mailer\n +spec\.replicas is 2, wanted 1 {3}\(kubectl[^)]*\)\n +spec\.template\.spec\.containers\[mailer\]\.env\[DEBUG\] is \{"name":"DEBUG","value":"1"\}, which the release does not have {3}\(kubectl-set, \d{4}-\S+Z\)\n/);
    expect(out).toMatch(/\+ ConfigMap stray has the label of the application, and no release knows it\n/);
    await kubectl(['label', 'configmap', '-l', 'twelve-factor.dev/app=other', 'twelve-factor.dev/app=shop', '--overwrite']);
  });

  it.skipIf(!hasScript)('stays when a person says no (skipped without script)', async () => {
    const line = [process.execPath, ...lineOf(['drift', '--fix'])].map((word) => `'${word}'`).join(' ');
    const { code, out } = await tryRun('script', ['-qec', line, '/dev/null'], { cwd: folder, input: 'n\n', env: { CI: '' } });
    expect(out).toMatch(/1 of its objects are going to be as they were applied, and 1 that no release knows are going to be deleted in [^?]*Go on\? \[y\/N\][^]*nothing was changed/);
    expect(code).toBe(1);
    expect((await attempt(['drift'])).code).toBe(2);
  });

  it('is taken back by --fix, as a stream of events where that is wanted', async () => {
    explainFailure(kubectl);
    const out = await twelve(['drift', '--fix', '--output', 'json']);
    const events = out.trimEnd().split('\n').map((text) => JSON.parse(text) as { readonly stage: string });
    expect(events[0]).toMatchObject({ stage: 'drift', application: 'shop', release: 1, objects: [{ kind: 'Deployment', state: 'changed' }, { kind: 'ConfigMap', name: 'stray', state: 'unknown' }] });
    expect(events.filter(({ stage }) => stage === 'done' || stage === 'failed')).toEqual([events.at(-1)]);
    expect(events.at(-1)).toMatchObject({ stage: 'done', exitCode: 0, meaning: 'done', release: 2 });
    expect((await attempt(['drift'])).code).toBe(0);
    expect(await kubectl('get deployment shop-mailer -o jsonpath={.spec.replicas}/{.spec.template.spec.containers[0].env[*].name}')).toBe('1/GREETING');
    expect((await kubectl.try('get configmap stray')).code).toBe(1);
    expect(await twelve(['apply'])).toContain('nothing had to change');
  });
});
