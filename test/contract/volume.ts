import { mkdtemp, readdir, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MountedVolume } from '../../lib/kubelet/volume-mounts';

export interface VolumeFixture {
  readonly setUp: (directory: string) => Promise<MountedVolume>;
  readonly tearDown: (directory: string) => Promise<void>;
  /** What a container must find below the mounted path. */
  readonly expectContent: (hostPath: string) => Promise<void>;
  /** Where setUp fails half-way: leaves what a crash would leave. */
  readonly leaveHalfDone?: (directory: string) => Promise<void>;
}

/** What every volume plugin promises. */
export function volumeContract(name: string, { setUp, tearDown, expectContent, leaveHalfDone }: VolumeFixture): void {
  describe(`volume contract: ${name}`, () => {
    let parent: string;
    beforeEach(async () => { parent = await mkdtemp(path.join(os.tmpdir(), 'volume-')); });
    afterEach(() => rm(parent, { recursive: true, force: true }));

    it('shows its content, and the same when it is set up again', async () => {
      const directory = path.join(parent, 'volume');
      const first = await setUp(directory);
      await expectContent(first.hostPath);
      const again = await setUp(directory);
      expect(again).toEqual(first);
      await expectContent(again.hostPath);
    });

    it('leaves nothing behind, however often it is torn down', async () => {
      const directory = path.join(parent, 'volume');
      await setUp(directory);
      await tearDown(directory);
      await tearDown(directory);
      expect(await readdir(parent)).toEqual([]);
    });

    it('recovers from a crash in the middle', async () => {
      const directory = path.join(parent, 'volume');
      await leaveHalfDone?.(directory);
      await expectContent((await setUp(directory)).hostPath);
      await tearDown(directory);
      expect(await readdir(parent)).toEqual([]);
    });
  });
}
