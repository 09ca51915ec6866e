import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';

const program = (options: string) => `
  import { Duration, GracefulShutdown, Health, Image, Scale, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('shop', { environments: { there: { profile: 'restricted' }, small: { profile: 'small-host' }, autopilot: { profile: 'autopilot' } } });
  new Web(app, 'web', {
    image: Image.reference('busybox:1.35'), port: 8080, command: ['sh', '-c', 'mkdir -p /tmp/www; echo $HOSTNAME > /tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www'],
    health: Health.http('/', { interval: Duration.seconds(1) }), shutdown: GracefulShutdown.onSigterm({ settle: Duration.seconds(1), longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }),
    ${options}
  });
  app.synth();`;

describe.skipIf(!defaultKubectl)('the profile restricted (skipped without kubectl)', () => {
  const { kubectl, exec, namespace, twelve, try: attempt, write } = useApplication('restricted');
  const inPod = (script: string) => exec('web', 'sh', '-c', script);

  beforeAll(async () => {
    await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/enforce-version=v1.28']);
    write('main.ts', program("user: 1000, writable: ['/tmp'], stickySessions: { reason: 'the test looks at who answers' }"));
    await twelve(['apply', '--env', 'there']);
  });

  it('runs where the Pod Security Standard of that name is enforced', async () => {
    explainFailure(kubectl);
    expect(await inPod('id -u; id -g; cat /proc/1/status | grep -E "CapEff|NoNewPrivs|Seccomp:"')).toMatch(/^1000\n1000\nCapEff:\s+0+\nNoNewPrivs:\s+1\nSeccomp:\s+2\n$/);
  });

  it('lets the process write to its folders, and nowhere else', async () => {
    explainFailure(kubectl);
    expect(await inPod('echo x > /tmp/file && cat /tmp/file; echo x > /file 2>/dev/null || echo refused; ls -ld /tmp | cut -c1-10')).toMatch(/^x\nrefused\nd/);
  });

  it('is what keeps it running there: without it no copy starts, the apply says why, and the old copies go on', async () => {
    explainFailure(kubectl);
    const { code, err } = await attempt(['apply', '--env', 'small', '--timeout', '60s']);
    expect(code).toBe(1);
    expect(err).toMatch(/violates PodSecurity "restricted:v1\.28": allowPrivilegeEscalation|violates PodSecurity "restricted:v1\.28": unrestricted capabilities/);
    expect(await inPod('id -u')).toBe('1000\n');
    await twelve(['apply', '--env', 'there']);
  });

  it('sends a client to the same copy, when that is asked for', async () => {
    explainFailure(kubectl);
    await kubectl('rollout status deployment shop-web --timeout=180s');
    const names = (await inPod('for i in 1 2 3 4 5 6 7 8; do wget -qO- http://shop-web; done')).trim().split('\n');
    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(1);
  });
});

describe.skipIf(!defaultKubectl)('the profiles small-host and autopilot (skipped without kubectl)', () => {
  const { kubectl, twelve, write } = useApplication('profiles');

  it('run one small copy, or two with limits', async () => {
    explainFailure(kubectl);
    write('main.ts', program(''));
    const shown = () => kubectl('get deployment shop-web -o jsonpath={.status.readyReplicas}:{.spec.template.spec.containers[0].resources}');
    await twelve(['apply', '--env', 'small']);
    expect(await shown()).toBe('1:{"requests":{"cpu":"25m","memory":"64Mi"}}');
    await twelve(['apply', '--env', 'autopilot']);
    expect(await shown()).toBe('2:{"limits":{"cpu":"250m","memory":"512Mi"},"requests":{"cpu":"250m","memory":"512Mi"}}');
  });
});

describe.skipIf(!defaultKubectl)('every kind of process with the profile restricted (skipped without kubectl)', () => {
  const { kubectl, namespace, twelve, write } = useApplication('restricted-kinds');
  const on = (target: string, script: string) => kubectl(['exec', target, '--', 'sh', '-c', script]);

  it('runs where the Pod Security Standard is enforced, as its user, with what it may write to', async () => {
    explainFailure(kubectl);
    await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/enforce-version=v1.28']);
    write('main.ts', `
      import { Duration, GracefulShutdown, Health, Image, ReleaseTask, Scale, ScheduledJob, Size, StatefulService, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
      const app = new TwelveFactorApp('shop', { environments: { prod: { profile: 'restricted' } } });
      const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) });
      const common = { image: Image.reference('busybox:1.35'), user: 1000, writable: [{ path: '/tmp', limit: Size.mebibytes(8), inMemory: true }] };
      new Worker(app, 'worker', { ...common, shutdown, command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'], scale: Scale.fixed(1) });
      new StatefulService(app, 'store', {
        ...common, shutdown, command: ['sh', '-c', 'echo kept > /data/note; exec httpd -f -p 8080 -h /data'], port: 8080, data: { path: '/data' }, health: Health.tcp({ interval: Duration.seconds(1) }),
      });
      new ReleaseTask(app, 'migrate', { ...common, command: ['sh', '-c', 'echo migrated as $(id -u) > /tmp/note; cat /tmp/note'] });
      new ScheduledJob(app, 'report', { ...common, command: ['sh', '-c', 'echo reported as $(id -u) > /tmp/note; cat /tmp/note'], schedule: '0 3 * * *' });
      app.synth();`);
    await twelve(['apply']);
    expect(await on('deployment/shop-worker', 'id -u; echo x > /etc/there 2>/dev/null || echo refused; grep -c "^tmpfs /tmp " /proc/mounts')).toBe('1000\nrefused\n1\n');
    expect(await on('shop-store-0', 'id -u; cat /data/note')).toBe('1000\nkept\n');
    expect(await kubectl('logs -l app.kubernetes.io/component=migrate')).toBe('migrated as 1000\n');
    await kubectl('create job now --from=cronjob/shop-report');
    await kubectl('wait job now --for=condition=Complete --timeout=180s');
    expect(await kubectl('logs job/now')).toBe('reported as 1000\n');
  });
});
