import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { tryRun } from '../harness/command';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');
const page = fs.readFileSync(path.resolve(__dirname, '../../../docs/ci.md'), 'utf8');

/** The blocks of one language under a heading of docs/ci.md. */
function blocks(heading: string, language: 'sh' | 'yaml'): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const found = [...section.matchAll(/```(\w+)\n([^]*?)```/g)].filter(([, name]) => name === language).map(([, , text]) => text);
  if (found.length === 0) throw new Error(`docs/ci.md has no ${language} under "${heading}"`);
  return found;
}

const program = (namespace: string, { greeting = 'one', image = 'busybox:1.35' } = {}) => `
  import { Config, Duration, GracefulShutdown, Image, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' }, prod: { profile: 'small-host', namespace: '${namespace}' } } });
  new Worker(app, 'mailer', {
    image: Image.reference('${image}'), command: ['sh', '-c', 'trap exit TERM; while :; do date; sleep 0.2; done'], env: [new Config(app, 'config', { GREETING: '${greeting}' })],
    shutdown: GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }),
  });
  app.synth();`;

describe.skipIf(!defaultKubectl)('the recipes of docs/ci.md (skipped without kubectl)', () => {
  const { kubectl, exec, namespace, folder, write } = useApplication('ci');
  const preview = `shop-${namespace}`;
  afterAll(() => kubectl.try(['delete', 'namespace', preview, '--wait=false', '--ignore-not-found']));

  /** Runs a block as a job does, with the namespace of this test for `shop`, and with npx and kubectl as they would be in a project. */
  const job = (text: string, variables: Readonly<Record<string, string>> = {}) => {
    write('bin/npx', `#!/bin/sh\nshift\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    write('bin/kubectl', `#!/bin/sh\nexec '${kubectl.program}' "$@"\n`);
    for (const name of ['npx', 'kubectl']) fs.chmodSync(path.join(folder, 'bin', name), 0o755);
    const own = text.replaceAll('--namespace shop', `--namespace ${namespace}`);
    return tryRun('sh', ['-eu', '-c', own], { cwd: folder, env: { NO_COLOR: '1', TWELVE_ENVIRONMENT: undefined, ...variables, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` } });
  };
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');

  it('check every environment, with a report for the machine, and write the YAML', async () => {
    write('main.ts', program(namespace));
    const [check, synth] = blocks('Check every change', 'sh');
    expect(await job(check)).toMatchObject({ code: 0 });
    expect(read('twelve-junit.xml')).toMatch(/<testsuites/);
    expect(JSON.parse(read('twelve.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(await job(synth)).toMatchObject({ code: 0 });
    expect(fs.readdirSync(path.join(folder, 'manifests')).sort()).toEqual(['dev', 'prod']);
  });

  it('make an account that may do what an apply needs, in one namespace', async () => {
    const [yaml] = blocks('An account for one namespace', 'yaml');
    const [make] = blocks('An account for one namespace', 'sh');
    write('deployer.yaml', yaml.replaceAll('namespace: shop', `namespace: ${namespace}`));
    expect(await job(make, { KUBECONFIG: inject('kubeconfig') })).toMatchObject({ code: 0 });
    expect(await kubectl.try(['--kubeconfig', path.join(folder, 'deploy.kubeconfig'), 'get', 'nodes'])).toMatchObject({ code: 1, err: expect.stringMatching(/Forbidden/) });
  });

  it('keep the kubeconfig of the job to itself', async () => {
    const text = read('deploy.kubeconfig');
    fs.rmSync(path.join(folder, 'deploy.kubeconfig'));
    expect(await job(blocks('Credentials', 'sh')[0], { DEPLOY_KUBECONFIG: text })).toMatchObject({ code: 0 });
    expect(read('deploy.kubeconfig')).toBe(text);
    expect(fs.statSync(path.join(folder, 'deploy.kubeconfig')).mode & 0o777).toBe(0o600);
  });

  it('show the difference, deploy with the rights of the account alone, and show none then', async () => {
    explainFailure(kubectl);
    const [diff] = blocks('Show the difference to reviewers', 'sh');
    expect(await job(diff)).toMatchObject({ code: 0, err: '' });
    expect(read('twelve-diff.txt')).toMatch(/\+ Deployment shop-mailer/);
    expect(await job(blocks('Deploy', 'sh')[0])).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/done {5}release 1/) });
    expect(await job(diff)).toMatchObject({ code: 0 });
    expect(read('twelve-diff.txt')).toBe('Nothing changes.\n');
  });

  it('end with 3 when a release was rolled back, with 1 when the difference cannot be told, go back, and tell what somebody has changed', async () => {
    explainFailure(kubectl);
    const greeting = () => exec('mailer', 'sh', '-c', 'echo $GREETING');
    const [deploy, back] = blocks('Deploy', 'sh');
    write('main.ts', program(namespace, { greeting: 'two' }));
    expect(await job(deploy)).toMatchObject({ code: 0 });
    write('main.ts', program(namespace, { greeting: 'three', image: 'twelve-no-such-image:1' }));
    expect(await job(deploy)).toMatchObject({ code: 3, err: expect.stringMatching(/ImagePull/) });
    expect(await greeting()).toBe('two\n');
    expect(await job(back)).toMatchObject({ code: 0, err: '' });
    expect(await greeting()).toBe('one\n');
    const [drift] = blocks('Every night', 'sh');
    expect(await job(drift)).toMatchObject({ code: 0 });
    await kubectl('scale deployment shop-mailer --replicas=2');
    expect(await job(drift)).toMatchObject({ code: 2, out: expect.stringMatching(/shop-mailer[^]*spec\.replicas/) });
    write('main.ts', 'throw new Error("not today");');
    expect(await job(blocks('Show the difference to reviewers', 'sh')[0])).toMatchObject({ code: 1, err: expect.stringMatching(/not today/) });
  });

  it('make a preview of a branch, and remove it', async () => {
    explainFailure(kubectl);
    write('main.ts', program(namespace));
    fs.copyFileSync(inject('kubeconfig'), path.join(folder, 'preview.kubeconfig'));
    const [make, remove] = blocks('A preview for every branch', 'sh');
    const branch = { BRANCH: namespace.replace('e2e-', 'E2E/') };
    expect(await job(make, branch)).toMatchObject({ code: 0, err: '' });
    expect(await kubectl(['get', 'deployments', '-n', preview, '-o', 'name'])).toBe('deployment.apps/shop-mailer\n');
    expect(await job(remove, branch)).toMatchObject({ code: 0, err: '' });
    expect((await kubectl.try(['get', 'namespace', preview])).err).toMatch(/NotFound/);
  });
});
