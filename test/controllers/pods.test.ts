import { expect, it } from 'vitest';
import type { Pod } from '../../lib/api/types';
import { FakeClock } from '../../lib/base/fake-clock';
import { Expectations } from '../../lib/controllers/expectations';
import { evictionTime } from '../../lib/controllers/nodes/taint-eviction';
import { sortForDeletion } from '../../lib/controllers/pod-ranking';
import { slowStart } from '../../lib/controllers/slow-start';

const NOW = Date.UTC(2024, 0, 1);
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

function pod(name: string, { node, phase = 'Running', ready = true, age = 1000, cost, restarts = 0 }: { node?: string; phase?: string; ready?: boolean; age?: number; cost?: string; restarts?: number } = {}): Pod {
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, creationTimestamp: at(age), ...(cost && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }) },
    spec: { containers: [], nodeName: node },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(age) }], containerStatuses: [{ name: 'a', image: '', imageID: '', ready, restartCount: restarts }] },
  };
}

it('deletes the pods first that are missed least', () => {
  const pods = [
    pod('old', { node: 'a' }), pod('crowded', { node: 'b' }), pod('cheap', { node: 'a', cost: '-5' }), pod('broken', { node: 'a', ready: false }),
    pod('pending', { node: 'a', phase: 'Pending', ready: false }), pod('homeless', { phase: 'Pending', ready: false }), pod('young', { node: 'a', age: 1 }), pod('restarting', { node: 'a', restarts: 3 }),
  ];
  const order = sortForDeletion(pods, new Map([['a', 1], ['b', 2]]), NOW).map(({ metadata }) => metadata.name);
  expect(order).toEqual(['homeless', 'pending', 'broken', 'cheap', 'crowded', 'young', 'restarting', 'old']);
});

it('does not count again what it has just created or deleted', async () => {
  const clock = new FakeClock();
  const expectations = new Expectations(clock);
  expectations.expect('ns/web', { creations: 2, deletions: ['uid-1'] });
  expectations.created('ns/web');
  expectations.deleted('ns/web', 'uid-1');
  expect(expectations.satisfied('ns/web')).toBe(false);
  expectations.created('ns/web');
  expect(expectations.satisfied('ns/web')).toBe(true);

  expectations.expect('ns/web', { creations: 1 });
  await clock.advance(300_001);
  expect(expectations.satisfied('ns/web')).toBe(true); // a lost event does not block for ever
});

it('stops creating after the first refusals', async () => {
  let calls = 0;
  const { skipped, error } = await slowStart(100, async (i) => { calls += 1; if (i >= 3) throw new Error('quota'); });
  expect({ calls, skipped, error: (error as Error).message }).toEqual({ calls: 7, skipped: 93, error: 'quota' });
});

it('evicts when no toleration holds, or when the shortest one ends', () => {
  const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: at(10) };
  const toleration = { key: taint.key, operator: 'Exists', effect: 'NoExecute' };
  expect(evictionTime([taint], [], NOW)).toBe(0);
  expect(evictionTime([taint], [toleration], NOW)).toBeUndefined();
  expect(evictionTime([taint], [{ ...toleration, tolerationSeconds: 300 }], NOW)).toBe(NOW + 290_000);
  expect(evictionTime([{ ...taint, effect: 'NoSchedule' }], [], NOW)).toBeUndefined();
});
