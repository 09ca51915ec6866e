import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject, Secret } from '../../lib/api/types';
import { apply } from '../../lib/apply/apply';
import type { ApplyEvent } from '../../lib/apply/apply-event';
import { applicationName } from '../../lib/apply/application';
import { deleteObjects, objectsOfApplication } from '../../lib/apply/delete';
import { describeCluster } from '../../lib/apply/describe-cluster';
import { loadManifests } from '../../lib/apply/load/load-manifests';
import type { Manifest } from '../../lib/apply/load/manifest';
import { parseManifests } from '../../lib/apply/load/parse-manifests';
import { systemClock } from '../../lib/base/clock';
import { FakeClock } from '../../lib/base/fake-clock';
import { createClient } from '../../lib/client/api-client';
import type { Client } from '../../lib/client/client';
import { type InProcessCluster, startInProcessCluster } from '../../lib/testing/in-process-cluster';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const blog = path.resolve(__dirname, '../golden/blog.yaml');

let counter = 0;

/** Applies, and gives back what it said. */
async function run(client: Client, manifests: readonly Manifest[], more: Partial<Parameters<typeof apply>[0]> = {}): Promise<readonly ApplyEvent[]> {
  const events: ApplyEvent[] = [];
  await apply({
    client, manifests, application: applicationName(manifests, 'test.yaml', '/'), namespace: 'default', clock: systemClock, signal: new AbortController().signal, timeout: 30_000, force: false,
    secrets: { environment: {}, readFile: () => new Uint8Array(), runCommand: () => Promise.resolve(new Uint8Array()), generate: (length) => `${counter++}`.padEnd(length, 'x') },
    onEvent: (event) => events.push(event), ...more,
  });
  return events;
}
const actions = (events: readonly ApplyEvent[]) => events.flatMap((event) => (event.stage === 'plan' ? event.objects.map(({ action }) => action) : []));

describe('the blog on a control plane whose pods are always ready', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const load = () => loadManifests({ what: blog, cwd: '/', environment: {}, readStdin: () => Promise.resolve(''), onOutput: () => undefined });
  const ofBlog = () => objectsOfApplication(cluster.client, 'blog', 'default');
  const passwords = async () => (await cluster.client.get('Secret', { namespace: 'default', name: 'blog-db' }) as Secret).data;

  it('comes up with generated passwords, and nothing changes the second time', async () => {
    const first = await run(cluster.client, await load());
    expect(new Set(actions(first))).toEqual(new Set(['create']));
    expect(first.at(-1)).toEqual({ stage: 'done', changed: 9, addresses: [{ process: 'web', url: 'http://192.0.2.1' }], kept: [] });
    const generated = await passwords();
    expect(Object.keys(generated ?? {})).toEqual(expect.arrayContaining(['password', 'root-password']));

    const versions = async () => (await ofBlog()).map(({ metadata }) => metadata.resourceVersion);
    const before = await versions();
    expect(new Set(actions(await run(cluster.client, await load())))).toEqual(new Set(['unchanged']));
    expect(await versions()).toEqual(before);
    expect(await passwords()).toEqual(generated);
    expect((await describeCluster({ client: cluster.client, clock: systemClock, signal: new AbortController().signal, fallbackNamespace: 'default' })).applications).toMatchObject([{ name: 'blog', namespace: 'default', isReady: true, processes: [{ process: 'db', ready: '1/1', isReady: true }, { process: 'web', ready: '2/2' }], causes: [] }]);
  });

  it('goes as a whole, and nothing else goes', async () => {
    await cluster.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bystander', namespace: 'default' } } as KubeObject);
    const deleted: string[] = [];
    await deleteObjects({
      client: cluster.client, objects: await ofBlog(), clock: systemClock, signal: new AbortController().signal, timeout: 30_000, onDeleted: ({ kind }) => deleted.push(kind),
    });
    expect(deleted).toHaveLength(9);
    expect(await ofBlog()).toEqual([]);
    expect(await cluster.client.tryGet('ConfigMap', { namespace: 'default', name: 'bystander' })).toBeDefined();
  });
});

describe('an apply that cannot succeed', () => {
  let cluster: InProcessCluster;
  let client: Client;
  beforeAll(async () => {
    cluster = await startInProcessCluster({ containers: { onStart: ({ image }) => (image.startsWith('crash') ? 3 : undefined) } });
    client = cluster.client;
  });
  afterAll(() => cluster.stop());

  /** Time is up as soon as a problem is seen. */
  function untilProblem() {
    const clock = new FakeClock();
    return { clock, timeout: 1_000, onEvent: (event: ApplyEvent) => { if (event.stage === 'wait' && event.progress.some(({ problem }) => problem)) clock.advance(1_000); } };
  }

  const deployment = (name: string, container: object, spec: object = {}) => JSON.stringify({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec } } },
  });

  it('changes nothing at all when one object is refused', async () => {
    const right = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'right' } });
    const lost = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lost', namespace: 'nowhere' } });
    await expect(run(client, parseManifests(`${right}\n---\n${lost}`, 'lost.yaml'))).rejects.toThrow(/ConfigMap nowhere\/lost \(lost\.yaml:3\): namespaces "nowhere" not found\nnothing was changed/);
    expect(await client.tryGet('ConfigMap', { namespace: 'default', name: 'right' })).toBeUndefined();
  });

  it('says who else set a field, and takes it over when told to', async () => {
    const config = (value: string) => parseManifests(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared' }, data: { a: value } }), 'shared.yaml');
    const other = createClient(client.transport, { fieldManager: 'somebody', user: { username: 'system:admin', groups: ['system:masters'] } });
    await other.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared', namespace: 'default' }, data: { a: 'theirs' } } as KubeObject);
    await expect(run(client, config('ours'))).rejects.toThrow(/somebody.*--force-conflicts/s);
    await run(client, config('ours'), { force: true });
    expect((await client.get('ConfigMap', { namespace: 'default', name: 'shared' })).data).toEqual({ a: 'ours' });
  });

  it('names a missing ConfigMap', async () => {
    await expect(run(client, parseManifests(deployment('config', { envFrom: [{ configMapRef: { name: 'not-there' } }] }), 'config.yaml'), untilProblem())).rejects.toThrow(/CreateContainerConfigError.*not-there/s);
  });

  it('gives the exit code of a program that crashes', async () => {
    await expect(run(client, parseManifests(deployment('crashing', { image: 'crash:1' }), 'crash.yaml'), untilProblem())).rejects.toThrow(/Deployment crashing is not ready: 0\/1\n {2}(CrashLoopBackOff|Error): exit code 3/);
  });

  it('ends at once when it is interrupted', async () => {
    const interrupt = new AbortController();
    const running = run(client, parseManifests(deployment('big', { resources: { requests: { cpu: '90' } } }), 'big.yaml'), { signal: interrupt.signal, onEvent: ({ stage }) => { if (stage === 'wait') interrupt.abort(new Error('interrupted')); } });
    await expect(running).rejects.toThrow(/interrupted/);
  });
});
