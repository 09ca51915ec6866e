import { expect, it } from 'vitest';
import type { Pod } from '../../lib/api/types';
import { FakeClock } from '../../lib/base/fake-clock';
import { SchedulingQueue } from '../../lib/scheduler/scheduling-queue';

const pod = (name: string, priority = 0): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name }, spec: { containers: [], priority } });

it('gives the most important pod first, then the oldest', async () => {
  const clock = new FakeClock();
  const queue = new SchedulingQueue(clock, () => undefined);
  queue.add(pod('old'));
  await clock.advance(10);
  queue.add(pod('young'));
  queue.add(pod('urgent', 1000));
  expect([1, 2, 3].map(() => queue.pop()?.pod.metadata.name)).toEqual(['urgent', 'old', 'young']);
});

it('tries a refused pod again only after an event that helps the rule that refused it, and not before its backoff', async () => {
  const clock = new FakeClock();
  let ready = 0;
  const queue = new SchedulingQueue(clock, () => { ready += 1; });
  queue.add(pod('a'));
  const { pod: popped, moves } = queue.pop()!;
  queue.refused(popped, new Set(['NodeResourcesFit']), moves);
  queue.move((plugin) => plugin === 'VolumeBinding');
  await clock.advance(60_000);
  expect(queue.pop()).toBeUndefined();
  queue.move((plugin) => plugin === 'NodeResourcesFit');
  const again = queue.pop()!;
  queue.refused(again.pod, new Set(['NodeResourcesFit']), again.moves);
  queue.move(() => true);
  expect(queue.pop()).toBeUndefined();
  await clock.advance(2000);
  expect(queue.pop()?.pod.metadata.name).toBe('a');
  expect(ready).toBe(3);
});

it('does not lose an event that came while the pod was being tried', async () => {
  const clock = new FakeClock();
  const queue = new SchedulingQueue(clock, () => undefined);
  queue.add(pod('a'));
  const { pod: popped, moves } = queue.pop()!;
  queue.move(() => true);
  queue.refused(popped, new Set(['NodeResourcesFit']), moves);
  await clock.advance(1000);
  expect(queue.pop()?.pod.metadata.name).toBe('a');
});
