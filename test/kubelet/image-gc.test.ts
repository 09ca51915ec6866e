import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { silentLogger } from '../../lib/base/logger';
import { kubeletConfiguration } from '../../lib/kubelet/configuration/kubelet-configuration';
import { bytesToFree, ImageGarbageCollector, unusedImages } from '../../lib/kubelet/image-gc';
import { ImageRecords } from '../../lib/kubelet/image-records';
import type { KubeletContext } from '../../lib/kubelet/kubelet-context';
import { FakeCri } from '../../lib/testing/fake-cri';
import { podOf } from './builders';

describe('image garbage', () => {
  const thresholds = kubeletConfiguration().images;

  it('is collected from the high threshold down to the low one', () => {
    expect(bytesToFree(thresholds, { capacity: 1000, available: 160 })).toBe(0);
    expect(bytesToFree(thresholds, { capacity: 1000, available: 150 })).toBe(50);
    expect(bytesToFree({ ...thresholds, highThresholdPercent: 100 }, { capacity: 1000, available: 0 })).toBe(0);
  });

  it('is what nobody uses and is old enough, the longest unused first', () => {
    const record = (image: string, pulledAt: number, lastUsedAt: number) => ({ image, id: image, pulledAt, lastUsedAt });
    const records = [record('new', 90, 90), record('b', 1, 30), record('a', 1, 20), record('used', 1, 1)];
    expect(unusedImages(records, new Set(['used']), 50).map(({ image }) => image)).toEqual(['a', 'b']);
  });

  describe('on a node', () => {
    let directory: string;
    beforeEach(() => { directory = mkdtempSync(path.join(os.tmpdir(), 'images-')); });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    it('is only what the node pulled itself, also by an earlier kubelet', async () => {
      const clock = new FakeClock();
      const cri = new FakeCri({ clock, images: ['theirs:1', 'mine:1', 'used:1', 'retagged:1'] });
      const file = path.join(directory, 'images.json');
      const before = new ImageRecords(file, clock);
      for (const image of ['mine:1', 'used:1']) await before.pulled(image, `sha256:${image}`);
      await before.pulled('retagged:1', 'sha256:what-it-was');
      const context = { cri, clock, logger: silentLogger, dataDirectory: directory, configuration: kubeletConfiguration() } as unknown as KubeletContext;
      const records = new ImageRecords(file, clock);
      await new ImageGarbageCollector(context, records, () => [podOf({ containers: [{ name: 'app', image: 'used:1' }] })]).removeUnused();
      expect((await cri.listImages()).flatMap(({ tags }) => tags)).toEqual(['theirs:1', 'used:1', 'retagged:1']);
      expect((await records.list()).map(({ image }) => image)).toEqual(['used:1']);
    });
  });
});
