import { sleep } from '../base/clock';
import type { KubeletConfiguration } from './configuration/kubelet-configuration';
import type { Observation } from './eviction/observe';
import type { ImageRecord, ImageRecords } from './image-records';
import type { KubeletContext, ReadonlyPod } from './kubelet-context';
import { tryDiskUsage } from './stats/node-usage';

const PERIOD = 300_000;

/** How many bytes of images have to go; 0 below the high threshold. Pure. Follows GarbageCollect of pkg/kubelet/images. */
export function bytesToFree({ highThresholdPercent, lowThresholdPercent }: KubeletConfiguration['images'], { available, capacity }: Observation): number {
  const usedPercent = capacity > 0 ? 100 - Math.trunc((available * 100) / capacity) : 0;
  return highThresholdPercent < 100 && usedPercent >= highThresholdPercent ? Math.max(0, Math.trunc((capacity * (100 - lowThresholdPercent)) / 100) - available) : 0;
}

/** The images that nobody on this node uses and that are old enough, the longest unused first. Pure. */
export function unusedImages(records: readonly ImageRecord[], inUse: ReadonlySet<string>, oldest: number): readonly ImageRecord[] {
  return records.filter(({ image, pulledAt, lastUsedAt }) => !inUse.has(image) && pulledAt <= oldest && lastUsedAt <= oldest)
    .sort((a, b) => a.lastUsedAt - b.lastUsedAt || a.pulledAt - b.pulledAt);
}

/** Removes images that this node pulled and nobody uses, when the disk with the images fills up. What the engine has of others is never touched. */
export class ImageGarbageCollector {
  constructor(private readonly context: KubeletContext, private readonly records: ImageRecords, private readonly pods: () => readonly ReadonlyPod[]) {}

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.context.clock, PERIOD, signal);
      if (!signal.aborted) await this.collect().catch((error: unknown) => this.complain('ImageGCFailed', error instanceof Error ? error.message : String(error)));
    }
  }

  /** One round. */
  async collect(): Promise<void> {
    const { cri, configuration: { images }, dataDirectory } = this.context;
    await this.records.used(this.inUse());
    const disk = await tryDiskUsage(await cri.imageDirectory() ?? dataDirectory);
    const wanted = disk ? bytesToFree(images, { available: disk.availableBytes, capacity: disk.capacityBytes }) : 0;
    if (wanted === 0) return;
    const freed = await this.remove(wanted, this.context.clock.now() - images.minimumAge);
    if (freed >= wanted) return;
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
    this.complain('FreeDiskSpaceFailed', message);
  }

  /** All that nobody uses, however young: the node is short of disk. */
  async removeUnused(): Promise<void> {
    await this.remove(Infinity, this.context.clock.now());
  }

  private async remove(wanted: number, oldest: number): Promise<number> {
    const { cri, logger } = this.context;
    let freed = 0;
    for (const { image, id } of unusedImages(await this.records.list(), this.inUse(), oldest)) {
      if (freed >= wanted) break;
      const present = await cri.imageStatus(image);
      try {
        if (present?.id === id) await cri.removeImage(image);
      } catch (error) {
        // Containers of others use it: the engine knows better than this node.
        logger.info('an image stays', { image, error });
        continue;
      }
      freed += present?.id === id ? present.size : 0;
      await this.records.forget(image);
    }
    return freed;
  }

  private inUse(): ReadonlySet<string> {
    return new Set(this.pods().flatMap(({ spec }) => [...spec.containers, ...spec.initContainers ?? [], ...spec.ephemeralContainers ?? []].map(({ image }) => image ?? '')));
  }

  private complain(reason: string, message: string): void {
    const { events, nodeName } = this.context;
    events.event({ apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } }, 'Warning', reason, message);
  }
}
