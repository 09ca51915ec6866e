import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../lib/api/types';
import { runOneOff } from '../../lib/apply/run/run-one-off';
import { systemClock } from '../../lib/base/clock';
import { startTestCluster, type TestCluster } from './harness/test-cluster';

describe('a one-off command', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); });
  afterAll(() => cluster.stop());

  const pod = (name: string, spec: object): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'web:1' }], ...spec } });
  const run = (wanted: Pod, timeout: number) => runOneOff({
    client: cluster.client, pod: wanted, clock: systemClock, signal: new AbortController().signal, timeout,
    terminal: { stdin: false, tty: false, write: () => undefined, connect: () => undefined }, attach: () => Promise.reject(new Error('nothing is attached')),
  });

  it('that no node takes ends in time with the words of the scheduler, and leaves no pod', async () => {
    await expect(run(pod('nowhere', { nodeSelector: { disk: 'fast' } }), 2_000)).rejects.toThrow(/^the command was not started within 2 s \(--timeout\)\nUnschedulable: 0\/1 nodes are available: .*node affinity\/selector/);
    expect(await cluster.client.tryGet('Pod', { namespace: 'default', name: 'nowhere' })).toBeUndefined();
  });

  it('that waits for its node without a reason ends in time, too', async () => {
    await expect(run(pod('gated', { schedulerName: 'somebody-else' }), 500)).rejects.toThrow('the command was not started within 0.5 s (--timeout): its pod waits');
  });
});
