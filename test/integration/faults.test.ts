import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigMap, Deployment, Job, KubeObject } from '../../lib/api/types';
import { apply } from '../../lib/apply/apply';
import type { ApplyEvent } from '../../lib/apply/apply-event';
import { deleteObjects, existingOf, objectsOfApplication } from '../../lib/apply/delete';
import { ReleaseStore } from '../../lib/apply/releases/release-store';
import { rollBack, rollbackTarget } from '../../lib/apply/releases/rollback';
import { systemClock } from '../../lib/base/clock';
import type { Client } from '../../lib/client/client';
import { type Fault, FaultyServer } from './harness/faulty-server';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const NAMESPACE = 'default';
const labels = { 'twelve-factor.dev/app': 'shop' };
const configMap = (name: string, value = '1') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { value } });
const deployment = (name: string, image: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels },
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } } },
});
const task = (image: string) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', labels: { ...labels, 'twelve-factor.dev/release-task': 'true' } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
});
/** Each has what the other prunes, changes and runs. */
const PROGRAMS = {
  one: [configMap('config', '1'), task('task:1'), deployment('web', 'web:1'), deployment('only-one', 'web:1')],
  two: [configMap('config', '2'), task('task:2'), deployment('web', 'web:2'), deployment('only-two', 'web:2')],
} as const;
type Program = keyof typeof PROGRAMS;
const other = (program: Program): Program => (program === 'one' ? 'two' : 'one');
const STATE = (program: Program) => {
  const n = program === 'one' ? 1 : 2;
  return [`ConfigMap config ${n}`, `Deployment only-${program} web:${n}`, `Deployment web web:${n}`, `Job migrate task:${n}`];
};

/** All of them at one request, one after the other: the last attempt meets an object that is there already, or gone already. */
const EVERYTHING: readonly Fault[] = ['500', '503', '429', 'reset before', 'hang', 'reset after'];
const AFTERWARDS: readonly Fault[] = ['500 after', 'hang after', 'reset after'];

describe('an API server behind a bad line', { timeout: 300_000 }, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster({ controllers: { nodeMonitorGraceSeconds: 3600 } }); // nobody lives on its node to say so
  });
  afterAll(() => cluster.stop());

  const settings = (client: Client, onEvent: (event: ApplyEvent) => void = () => undefined) => ({
    client, application: 'shop', namespace: NAMESPACE, force: false, clock: systemClock, signal: new AbortController().signal, timeout: 15_000, onEvent,
    secrets: { environment: {}, readFile: () => new Uint8Array(), runCommand: () => Promise.resolve(new Uint8Array()), generate: (length: number) => 'x'.repeat(length) },
  });
  const manifestsOf = (program: Program) => PROGRAMS[program].map((object, index) => ({ object: structuredClone(object) as unknown as KubeObject, source: `shop.yaml:${index + 1}` }));
  const run = (program: Program, client = cluster.client, more: object = {}, onEvent?: (event: ApplyEvent) => void) =>
    apply({ ...settings(client, onEvent), manifests: manifestsOf(program), releases: { by: 'me', keep: 3 }, ...more });
  const state = async () => (await objectsOfApplication(cluster.client, 'shop', NAMESPACE)).filter(({ kind, metadata }) => !metadata.deletionTimestamp && kind !== 'Secret' && kind !== 'Lease').map((object) =>
    `${object.kind} ${object.metadata.name} ${(object as ConfigMap).data?.value ?? (object as Deployment | Job).spec?.template.spec?.containers[0]?.image}`).sort();
  const lastRelease = async () => (await new ReleaseStore(cluster.client, 'shop', NAMESPACE).list()).at(-1)?.status;
  const unchanged = async (program: Program) => {
    let actions: readonly string[] = ['no plan'];
    await run(program, cluster.client, { dryRun: true }, (event) => { if (event.stage === 'plan') actions = event.objects.map(({ action }) => action); });
    return actions.every((action) => action === 'unchanged') ? 'unchanged' : actions.join();
  };

  type Operation = (program: Program, client: Client) => Promise<void>;
  const applying: Operation = (program, client) => run(program, client);
  const rollingBack: Operation = async (program, client) => {
    const releases = await new ReleaseStore(client, 'shop', NAMESPACE).list();
    const wanted = releases.findLast(({ objects }) => objects?.some(({ metadata }) => metadata.name === `only-${program}`));
    await rollBack(rollbackTarget(releases, wanted?.number), { ...settings(client), by: 'me' });
  };

  const isWrite = (key: string) => key !== '' && !key.startsWith('GET') && !key.endsWith('dry run');
  /** What the operation asks for, to and fro, when nothing is wrong. Ends with program one. */
  async function requestsOf(operation: Operation): Promise<Readonly<Record<Program, readonly string[]>>> {
    for (const program of ['two', 'one', 'two', 'one'] as const) await run(program); // until old releases are forgotten each time
    const servers = { two: new FaultyServer(cluster.client.transport), one: new FaultyServer(cluster.client.transport) };
    await operation('two', servers.two.client);
    await operation('one', servers.one.client);
    return { two: servers.two.keys, one: servers.one.keys };
  }
  /** Goes to and fro between the programs, each time with faults at the next of the requests. */
  async function toAndFro(operation: Operation, chosen: (key: string) => boolean, check: (server: FaultyServer, key: string, program: Program) => Promise<void>, faults: (attempt: number) => Fault | undefined): Promise<void> {
    const requests = await requestsOf(operation);
    const keys = { one: requests.one.filter(chosen), two: requests.two.filter(chosen) };
    let program: Program = 'one';
    for (let index = 0; index < Math.max(keys.one.length, keys.two.length); index += 1) {
      program = other(program);
      const wanted = keys[program][index] ?? '';
      const server = new FaultyServer(cluster.client.transport, (key, attempt) => (key === wanted ? faults(attempt) : undefined));
      await check(server, wanted, program);
    }
  }
  const succeeds = (operation: Operation, faults: readonly Fault[]) => async (server: FaultyServer, key: string, program: Program) => {
    await operation(program, server.client).catch((error: unknown) => { throw new Error(`everything at ${key}`, { cause: error }); });
    // How often something is looked at differs with how fast it gets ready.
    if (isWrite(key)) expect(server.hits, key).toBe(faults.length);
    expect([await state(), await lastRelease(), await unchanged(program)], key).toEqual([STATE(program), 'deployed', 'unchanged']);
  };

  it('changes nothing about what an apply comes to, whichever of its requests meets everything that can go wrong', async () => {
    const { two } = await requestsOf(applying);
    expect(two.filter(isWrite).length).toBeGreaterThan(8); // lease, record, config, task twice, two workloads, prune, record, lease
    await toAndFro(applying, () => true, succeeds(applying, EVERYTHING), (attempt) => EVERYTHING[attempt]);
  });

  it.each(AFTERWARDS)('has done what it was asked when its answer is lost: %s', async (fault) => {
    await toAndFro(applying, isWrite, succeeds(applying, [fault]), (attempt) => (attempt === 0 ? fault : undefined));
  });

  it('ends watches in the middle, and they go on', async () => {
    await toAndFro(applying, (key) => key.endsWith('watch'), succeeds(applying, []), (attempt) => (attempt === 0 ? 'cut' : undefined));
  });

  it('changes nothing about what a rollback comes to', async () => {
    // A rollback runs no release task: the Job stays as the last apply has left it.
    const check = async (server: FaultyServer, key: string, program: Program) => {
      await rollingBack(program, server.client).catch((error: unknown) => { throw new Error(`everything at ${key}`, { cause: error }); });
      if (isWrite(key)) expect(server.hits, key).toBe(EVERYTHING.length);
      const withoutJob = (objects: readonly string[]) => objects.filter((name) => !name.startsWith('Job'));
      expect([withoutJob(await state()), await lastRelease()], key).toEqual([withoutJob(STATE(program)), 'deployed']);
    };
    await toAndFro(rollingBack, () => true, check, (attempt) => EVERYTHING[attempt]);
  });

  it('changes nothing about what a delete comes to', async () => {
    const placed = manifestsOf('one').map(({ object, source }) => ({ source, object: { ...object, metadata: { ...object.metadata, namespace: NAMESPACE } } }));
    const remove = async (client: Client) => deleteObjects({ ...settings(client), objects: await existingOf(client, placed), onDeleted: () => undefined });
    await run('one');
    const calm = new FaultyServer(cluster.client.transport);
    await remove(calm.client);
    for (const wanted of calm.keys) {
      await run('one');
      const server = new FaultyServer(cluster.client.transport, (key, attempt) => (key === wanted ? EVERYTHING[attempt] : undefined));
      await remove(server.client).catch((error: unknown) => { throw new Error(`everything at ${wanted}`, { cause: error }); });
      expect(await state(), wanted).toEqual([]);
    }
  });

  it.each(['503', 'reset before'] as const)('that does not come back ends the apply with what was asked how often, prunes nothing by half, and the next apply comes to the end: %s', async (fault) => {
    let failed = 0;
    const check = async (server: FaultyServer, key: string, program: Program) => {
      const before = await state();
      const error: unknown = await run(program, server.client).then(() => undefined, (reason: unknown) => reason);
      const after = await state();
      if (error === undefined) expect(after, key).toEqual(STATE(program)); // the lock expires by itself, and a list does for a watch
      else {
        failed += 1;
        expect(error instanceof Error ? error.message : '', key).toMatch(/\(\w+ \/\S+ was tried \d+ times in [\d.]+ s\)/);
        const [removed] = before.filter((name) => name.startsWith(`Deployment only-${other(program)}`));
        if (!after.includes(STATE(program)[1])) expect(after, key).toContain(removed); // the old stays until the new is there
      }
      await cluster.client.tryDelete('Lease', { namespace: NAMESPACE, name: 'shop.apply' });
      await run(program);
      expect([await state(), await lastRelease(), await unchanged(program)], key).toEqual([STATE(program), 'deployed', 'unchanged']);
    };
    await toAndFro(applying, (key) => key !== '', check, () => fault);
    expect(failed).toBeGreaterThan(15);
  });
});
