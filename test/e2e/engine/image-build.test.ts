import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { run, tryRun } from '../harness/command';
import { eventually } from '../harness/eventually';

const program = (options: object) => `
  import { Duration, GracefulShutdown, Image, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
  new Web(app, 'web', { image: Image.build('site', ${JSON.stringify(options)}), port: 8080, shutdown: GracefulShutdown.command('killall httpd', { settle: Duration.seconds(1), longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }) });
  app.synth();`;
const dockerfile = 'FROM busybox:1.35\nARG GREETING\nCOPY . /www/\nRUN echo "$GREETING" > /www/greeting\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n';

describe.skipIf(!defaultKubectl)('an image that a program builds', () => {
  const repository = `twelve-e2e-${process.pid}`;
  const { kubectl, exec, write, twelve, try: attempt } = useApplication('image-build');
  const images = async () => (await run('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n').filter((name) => name.includes(repository));
  const get = (file: string) => exec('web', 'wget', '-qO-', `http://127.0.0.1:8080/${file}`);

  beforeAll(() => {
    write('site/Dockerfile', dockerfile);
    write('site/index.html', 'one\n');
    write('site/.dockerignore', 'secret*\n');
    write('site/secret.txt', 'not for others\n');
    write('main.ts', program({ repository, buildArguments: { GREETING: 'konnichiwa' } }));
  });
  afterAll(async () => {
    for (const name of await images()) await tryRun('docker', ['rmi', '-f', name]);
  });

  it('is built by apply, with what .dockerignore leaves, and runs', async () => {
    explainFailure(kubectl);
    const out = await twelve(['apply']);
    expect(out).toMatch(/\| Step 1\/5 : FROM busybox:1\.35/);
    expect(out).toMatch(/web 1\/1/);
    expect(await get('index.html')).toBe('one\n');
    expect(await get('greeting')).toBe('konnichiwa\n');
    expect((await kubectl.try(['exec', 'deployment/shop-web', '--', 'ls', '/www'])).out).not.toContain('secret');
  });

  it('is not built again without a change, and a change of a file rolls the process', async () => {
    expect(await twelve(['apply'])).toMatch(/build {4}\S+ is there[^]*nothing had to change/);
    write('site/index.html', 'two\n');
    expect(await twelve(['apply'])).toMatch(/~ Deployment shop-web {3}spec\.template\.spec\.containers\[web\].image/);
    expect(await eventually('the new page', async () => (await get('index.html')).includes('two'))).toBe(true);
    expect(await images()).toHaveLength(2);
  });

  it('that cannot be built stops the apply at its step, with the last words of the builder', async () => {
    write('site/Dockerfile', `${dockerfile}RUN echo the disk is made of cheese; exit 7\n`);
    const { code, err } = await attempt(['apply']);
    expect(code).toBe(1);
    expect(err).toMatch(/the image twelve-e2e-\S+ cannot be made from \S+: Step 6\/6 : RUN echo the disk[^]*returned a non-zero code: 7[^]*\| the disk is made of cheese[^]*nothing was changed in the cluster/);
    write('site/Dockerfile', dockerfile);
  });

  describe('for a registry', () => {
    let registry = '';
    beforeAll(async () => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'registry', labels: { app: 'registry' } }, spec: { containers: [{ name: 'main', image: 'registry:2', readinessProbe: { tcpSocket: { port: 5000 }, periodSeconds: 1, timeoutSeconds: 10 } }] } };
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'registry' }, spec: { type: 'NodePort', selector: { app: 'registry' }, ports: [{ port: 5000 }] } };
      await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, service] }) });
      await kubectl('wait --for=condition=Ready pod/registry --timeout=180s');
      registry = `127.0.0.1:${await kubectl('get service registry -o jsonpath={.spec.ports[0].nodePort}')}`;
      await eventually('the registry answers at its node port', async () => (await fetch(`http://${registry}/v2/`)).ok);
      write('main.ts', program({ registry, repository: `team/${repository}` }));
    });

    it('is pushed, and applied by its digest', async () => {
      explainFailure(kubectl);
      const out = await twelve(['apply']);
      const [, digest] = /push {5}\S+ (sha256:[0-9a-f]+)/.exec(out) ?? [];
      expect(digest).toBeDefined();
      expect(await kubectl('get deployment shop-web -o jsonpath={.spec.template.spec.containers[0].image}')).toMatch(new RegExp(`^${registry}/team/${repository}:[0-9a-f]{12}@${digest}`));
      expect(await get('index.html')).toBe('two\n');
    });

    it('is neither built nor pushed again when the registry has it, also on a machine that does not', async () => {
      for (const name of await images()) await tryRun('docker', ['rmi', '-f', name]);
      const out = await twelve(['apply']);
      expect(out).toMatch(/is there, sha256:[^]*nothing had to change/);
      expect(out).not.toContain('Step 1');
    });
  });
});
