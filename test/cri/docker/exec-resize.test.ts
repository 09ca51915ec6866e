import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../lib/base/clock';
import { resize } from '../../../lib/cri/docker/exec';

const instantly: Clock = { now: () => 0, setTimer: (_milliseconds, callback) => { queueMicrotask(callback); return () => undefined; } };

describe('the size of a terminal', () => {
  it('is told again to an engine that has not yet started the command', async () => {
    const told: object[] = [];
    await resize({ resize: (size) => (told.push(size) < 3 ? Promise.reject(new Error('no such exec')) : Promise.resolve(undefined)) }, { w: 77, h: 33 }, instantly);
    expect(told).toEqual([{ w: 77, h: 33 }, { w: 77, h: 33 }, { w: 77, h: 33 }]);
  });

  it('is no longer told to a command that has ended', async () => {
    await expect(resize({ resize: () => Promise.reject(new Error('it has ended')) }, { w: 1, h: 1 }, instantly)).rejects.toThrow('it has ended');
  });
});
