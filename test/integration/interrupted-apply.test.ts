import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiRequest, Transport } from '../../lib/api/request';
import type { KubeObject } from '../../lib/api/types';
import { apply } from '../../lib/apply/apply';
import { deleteObjects, objectsOfApplication } from '../../lib/apply/delete';
import { ReleaseStore } from '../../lib/apply/releases/release-store';
import { systemClock } from '../../lib/base/clock';
import { createClient } from '../../lib/client/api-client';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

const NAMESPACE = 'default';
const labels = { 'twelve-factor.dev/app': 'shop' };
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });
const deployment = (name: string, image: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } } },
});
const task = (image: string) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', labels: { ...labels, 'twelve-factor.dev/release-task': 'true' } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
});
const BEFORE = [configMap('a'), configMap('old'), task('task:1'), deployment('web', 'web:1'), deployment('gone', 'web:1')];
const AFTER = [configMap('a'), configMap('new'), task('task:2'), deployment('web', 'web:2'), deployment('more', 'web:2')];

describe('a client that is killed', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const isWrite = ({ method, query }: ApiRequest) => method !== 'GET' && query?.get('dryRun') !== 'All';
  /** Dead from its n-th write on; whether that write still reached the server is the question of `arrives`. */
  const dying = (writes: number, arrives: boolean): { readonly transport: Transport; readonly isDead: () => boolean } => {
    let left = writes;
    let dead = false;
    return {
      isDead: () => dead,
      transport: async (request) => {
        if (!dead && isWrite(request)) {
          left -= 1;
          if (left < 0) {
            dead = true;
            if (arrives) await cluster.client.transport(request);
          }
        }
        if (dead) throw new Error('killed');
        return cluster.client.transport(request);
      },
    };
  };
  const run = (objects: readonly object[], transport: Transport = cluster.client.transport) => apply({
    client: createClient(transport), application: 'shop', namespace: NAMESPACE, force: false, clock: systemClock, signal: new AbortController().signal, timeout: 15_000, onEvent: () => undefined,
    manifests: objects.map((object, index) => ({ object: object as KubeObject, source: `shop.yaml:${index}` })), releases: { by: 'me', keep: 3 },
    secrets: { environment: {}, readFile: () => new Uint8Array(), runCommand: () => Promise.resolve(new Uint8Array()), generate: (length) => 'x'.repeat(length) },
  });
  const clean = async () => deleteObjects({
    client: cluster.client, objects: await objectsOfApplication(cluster.client, 'shop', NAMESPACE), clock: systemClock, signal: new AbortController().signal, timeout: 15_000, onDeleted: () => undefined,
  });
  /** The lease of the dead client would be waited for. */
  const expire = () => cluster.client.tryDelete('Lease', { namespace: NAMESPACE, name: 'shop.apply' });
  const state = async () => {
    const objects = (await objectsOfApplication(cluster.client, 'shop', NAMESPACE)).filter(({ metadata }) => !metadata.name?.includes('.release-') && !metadata.deletionTimestamp).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    return { objects, image: (await cluster.client.get('Deployment', { namespace: NAMESPACE, name: 'web' })).spec.template.spec?.containers[0]?.image, last: (await new ReleaseStore(cluster.client, 'shop', NAMESPACE).list()).at(-1)?.status };
  };
  const WANTED = { objects: ['ConfigMap a', 'ConfigMap new', 'ConfigMap old', 'Deployment more', 'Deployment web', 'Job migrate'], image: 'web:2', last: 'deployed' };

  it.each([[false], [true]])('at any of its writes leaves what the next apply brings to its end (the write arrives: %s)', async (arrives) => {
    for (let writes = 0; writes < 60; writes += 1) {
      await clean();
      await run(BEFORE);
      const { transport, isDead } = dying(writes, arrives);
      await run(AFTER, transport).catch((error: unknown) => { if (!isDead()) throw error; });
      await expire();
      await run(AFTER);
      expect(await state(), `killed at write ${writes}`).toEqual(WANTED);
      if (!isDead()) return; // it had less writes than that
    }
    throw new Error('an apply of five objects needs more than 60 writes');
  });

  it('at any of its writes can also be followed by going back to what was', async () => {
    for (let writes = 1; writes < 60; writes += 2) {
      await clean();
      await run(BEFORE);
      const { transport, isDead } = dying(writes, true);
      await run(AFTER, transport).catch(() => undefined);
      await expire();
      await run(BEFORE);
      const { objects, image } = await state();
      expect(image, `killed at write ${writes}`).toBe('web:1');
      // The unfinished release keeps its ConfigMap; a task that was done is not repeated, whatever became of its Job.
      expect(objects.filter((name) => name !== 'ConfigMap new' && name !== 'Job migrate'), `killed at write ${writes}`).toEqual(['ConfigMap a', 'ConfigMap old', 'Deployment gone', 'Deployment web']);
      if (!isDead()) return;
    }
  });
});
