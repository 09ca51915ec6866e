import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../lib/api/types';
import { tryPodCondition } from '../../lib/api/pods';
import { runOneOff } from '../../lib/apply/run/run-one-off';
import { FakeClock } from '../../lib/base/fake-clock';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

describe('a one-off command', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const pod = (name: string, spec: object): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }], ...spec } });
  const live = (name: string) => cluster.lister.tryGet('Pod', `default/${name}`);
  const clock = new FakeClock();
  /** How it fails when nothing has started it after 5 s. */
  async function failureOf(wanted: Pod, isWaiting: () => boolean): Promise<string> {
    let isOver = false;
    const failure = runOneOff({
      client: cluster.client, pod: wanted, clock, signal: new AbortController().signal, timeout: 5_000,
      terminal: { stdin: false, tty: false, write: () => undefined, connect: () => undefined }, attach: () => Promise.reject(new Error('nothing is attached')),
    }).then((code) => `it ended with ${code}`, (error: Error) => error.message).finally(() => { isOver = true; });
    await cluster.until(isWaiting, 'the pod waits');
    // The command may not have begun to wait yet, or not know yet what the cluster knows: a little at a time.
    while (!isOver) {
      await clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return failure;
  }

  it('that no node takes ends in time with the words of the scheduler, and leaves no pod', async () => {
    const failure = await failureOf(pod('nowhere', { nodeSelector: { disk: 'fast' } }), () => {
      const found = live('nowhere');
      return found !== undefined && tryPodCondition(found, 'PodScheduled')?.status === 'False';
    });
    expect(failure).toMatch(/^the command was not started within 5 s \(--timeout\)\nUnschedulable: 0\/1 nodes are available: .*node affinity\/selector/);
    expect(await cluster.client.tryGet('Pod', { namespace: 'default', name: 'nowhere' })).toBeUndefined();
  });

  it('that waits for its node without a reason ends in time, too', async () => {
    expect(await failureOf(pod('ignored', { schedulerName: 'somebody-else' }), () => live('ignored') !== undefined)).toBe('the command was not started within 5 s (--timeout): its pod waits');
  });
});
