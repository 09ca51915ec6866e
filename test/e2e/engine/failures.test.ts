import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { expectInOrder } from '../harness/expect-in-order';

interface Web {
  readonly name: string;
  /** What it answers. */
  readonly version?: string;
  readonly container?: object;
  readonly spec?: object;
  readonly pod?: object;
  /** Whether the program has a Service that later versions have not. */
  readonly withOld?: boolean;
}

/** A small web server with a Service. While an update fails, the pod of the version before stays. */
function web({ name, version = 'one', container = {}, spec = {}, pod = {}, withOld = false }: Web): readonly object[] {
  const labels = { app: name };
  return [
    ...(withOld ? [{ apiVersion: 'v1', kind: 'Service', metadata: { name: `${name}-old` }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } }] : []),
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
      spec: {
        replicas: 1, selector: { matchLabels: labels }, strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }, ...spec,
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 0, ...pod,
            containers: [{
              name: 'web', image: 'busybox:1.35', command: ['sh', '-c', `mkdir /www; echo ${version} > /www/index.html; exec httpd -f -p 8080 -h /www`],
              readinessProbe: { exec: { command: ['wget', '-qO-', 'http://127.0.0.1:8080/'] }, periodSeconds: 1, timeoutSeconds: 30 }, ...container,
            }],
          },
        },
      },
    },
  ];
}

const manifest = (objects: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

interface Failure {
  readonly name: string;
  /** What the second version has instead. */
  readonly broken: Omit<Web, 'name'>;
  readonly flags?: readonly string[];
  /** In this order in the message. */
  readonly told: readonly (string | RegExp)[];
}

const FAILURES: readonly Failure[] = [
  {
    name: 'no-image', broken: { container: { image: 'twelve-no-such-image:1' } },
    told: ['it cannot get ready\n', /Deployment no-image is not ready: 0\/1|Deployment no-image is not ready: 1\/1/, /(ErrImagePull|ImagePullBackOff): .*twelve-no-such-image:1/, /pod no-image-\S+, container web/],
  },
  {
    name: 'crash-loop', broken: { container: { command: ['sh', '-c', 'echo cannot open the database; exit 3'] } },
    told: ['it cannot get ready\n', 'Deployment crash-loop is not ready: ', 'exit code 3, 3 restarts', /pod crash-loop-\S+, container web/, 'log    cannot open the database'],
  },
  {
    name: 'no-key', broken: { container: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'missing' } } }] } },
    told: ['it cannot get ready\n', 'Deployment no-key is not ready: ', /CreateContainerConfigError: .*couldn't find key missing in ConfigMap [\w-]+\/settings/],
  },
  {
    name: 'no-node', broken: { pod: { nodeSelector: { 'example.com/nowhere': 'true' } } },
    told: ['it cannot get ready\n', 'Deployment no-node is not ready: ', /Unschedulable: 0\/\d+ nodes are available: .*node affinity\/selector/],
  },
  {
    name: 'not-ready', broken: { container: { readinessProbe: { exec: { command: ['sh', '-c', 'echo the cache is cold; false'] }, periodSeconds: 1, timeoutSeconds: 30 } } }, flags: ['--timeout', '60s'],
    told: ['not ready after 60 s (--timeout)\n', 'Deployment not-ready is not ready: ', 'NotReady: its readiness probe does not succeed', /pod not-ready-\S+, container web/, 'event  Unhealthy: Readiness probe failed: the cache is cold'],
  },
  {
    name: 'no-progress', broken: { container: { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1, timeoutSeconds: 5 } }, spec: { progressDeadlineSeconds: 5 } },
    told: ['it cannot get ready\n', /Deployment no-progress is not ready: \d\/1, no progress: ReplicaSet "no-progress-\w+" has timed out progressing/],
  },
  {
    name: 'no-volume', broken: { pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'no-volume' } }] } }, flags: ['--timeout', '20s'],
    told: ['not ready after 20 s (--timeout)\n', /Unschedulable: .*(unbound immediate PersistentVolumeClaims|persistentvolumeclaim)/, 'claim  no-volume: Pending, storage class no-such-class', /event {2}ProvisioningFailed: storageclass.*"no-such-class" not found/],
  },
];

describe.skipIf(!defaultKubectl)('a version that cannot run (skipped without kubectl)', () => {
  const { kubectl, write, try: attempt, twelve } = useApplication('failures');
  const apply = (name: string, objects: readonly object[], flags: readonly string[] = []) => {
    write(`${name}.json`, manifest(objects));
    return attempt(['apply', `${name}.json`, ...flags]);
  };
  const history = async (name: string) => (JSON.parse(await twelve(['history', name, '--output', 'json'])) as readonly { readonly release: number; readonly status: string }[]).map(({ release, status }) => `${release} ${status}`);
  const podsBehind = (name: string) => kubectl(['get', 'endpoints', name, '-o', 'jsonpath={.subsets[*].addresses[*].targetRef.name}']);
  /** Endpoints come a moment after the Deployment has what was wanted. */
  const podBehind = (name: string) => eventually(`one pod is behind ${name}`, async () => /^\S+$/.exec(await podsBehind(name))?.[0]);
  const answers = (name: string, version: string) =>
    eventually(`${name} answers ${version}`, async () => (await kubectl(['exec', await podsBehind(name), '--', 'wget', '-qO-', 'http://127.0.0.1:8080/'])) === `${version}\n`);

  beforeAll(async () => {
    await kubectl('create configmap settings --from-literal=a=b');
    await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'no-volume' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'no-such-class', resources: { requests: { storage: '1Mi' } } } }) });
  });

  // Each has names of its own, and most of the time is the cluster's: they run side by side.
  describe.concurrent('ends its apply with the reason, the version before serves on, nothing is pruned, and the next one converges:', () => {
    it.each(FAILURES)('$name', async ({ name, broken, flags = ['--timeout', '100s'], told }) => {
      const first = await apply(name, web({ name, withOld: true }));
      expect(first.code, first.err).toBe(0);
      const pod = await podBehind(name);

      const { code, err } = await apply(name, web({ name, version: 'two', ...broken }), flags);
      expect(code, err).toBe(1);
      expectInOrder(err, [...told, 'what was applied is left as it is; correct the cause and apply again']);
      expect(await podsBehind(name)).toBe(pod);
      await answers(name, 'one');
      expect(await kubectl.try(`get service ${name}-old`)).toMatchObject({ code: 0 });
      expect(await history(name)).toEqual(['2 failed', '1 running']);

      const again = await apply(name, web({ name, version: 'three' }));
      expect(again.code, again.err).toBe(0);
      await answers(name, 'three');
      expect((await kubectl.try(`get service ${name}-old`)).code).toBe(1);
      expect(await history(name)).toEqual(['3 running', '2 failed', '1 deployed']);
      expect((await apply(name, web({ name, version: 'three' }))).out).toContain('nothing had to change');
    });
  });

  it('is not begun when its release task fails: the words of the task are told, and nothing that comes after it has changed', async () => {
    explainFailure(kubectl);
    const task = (command: string) => ({
      apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', labels: { 'twelve-factor.dev/release-task': 'true' } },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'busybox:1.35', command: ['sh', '-c', command] }] } } },
    });
    const name = 'migrated';
    expect((await apply(name, [...web({ name, withOld: true }), task('echo done')])).code).toBe(0);
    const pod = await podBehind(name);
    const { code, err } = await apply(name, [...web({ name, version: 'two' }), task('echo column exists already; exit 9')]);
    expect(code, err).toBe(1);
    expectInOrder(err, ['the release task migrate failed, so nothing that comes after was changed', 'Job migrate is not ready: failed: ', 'exit code 9', 'log    column exists already', /applied before: Job [\w-]+\/migrate; correct the cause and apply again/]);
    expect(await podsBehind(name)).toBe(pod);
    expect(await kubectl(`get deployment ${name} -o jsonpath={.metadata.generation}`)).toBe('1');
    expect(await kubectl.try(`get service ${name}-old`)).toMatchObject({ code: 0 });
    expect(await history(name)).toEqual(['2 failed', '1 running']);

    const again = await apply(name, [...web({ name, version: 'two' }), task('echo repaired')]);
    expect(again.code, again.err).toBe(0);
    expect(again.out).toMatch(/release {2}migrate done[^]*prune {4}- Service migrated-old/);
    await answers(name, 'two');
  });
});
