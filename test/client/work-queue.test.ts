import { expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { WorkQueue } from '../../lib/client/work-queue';

it('runs a key once for many additions, and once more when it is added while it runs', async () => {
  let release: () => void = () => undefined;
  const runs: string[] = [];
  const queue = new WorkQueue({
    clock: new FakeClock(),
    process: (key) => {
      runs.push(key);
      return runs.length === 1 ? new Promise((resolve) => { release = resolve; }) : Promise.resolve();
    },
  });
  queue.start(new AbortController().signal);
  for (let i = 0; i < 3; i++) queue.add('a');
  await new Promise((resolve) => setImmediate(resolve));
  queue.add('a');
  queue.add('a');
  expect(runs).toEqual(['a']);
  release();
  await queue.whenIdle();
  expect(runs).toEqual(['a', 'a']);
});

it('tries a failing key again, later each time', async () => {
  const clock = new FakeClock(0);
  const tries: number[] = [];
  const queue = new WorkQueue({ clock, backoff: { initial: 100, maximum: 1000 }, process: () => { tries.push(clock.now()); return tries.length < 4 ? Promise.reject(new Error('no')) : Promise.resolve(); } });
  queue.start(new AbortController().signal);
  queue.add('a');
  await clock.advance(5000);
  expect(tries).toEqual([0, 100, 300, 700]);
});
