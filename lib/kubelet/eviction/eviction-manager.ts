import { sleep } from '../../base/clock';
import { formatPod, podReference, uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import type { PodEnd } from '../pod-end';
import { measureConsumption, measureStorage } from './measure';
import { evictionMessage } from './messages';
import { observe, type Observations } from './observe';
import { metThresholds, pressuresSeen, PRESSURES, type MetThreshold, type Pressure } from './pressure';
import { isCritical, rankForEviction, resourceOf } from './rank';
import { hasStorageLimits, storageProblem } from './storage-limits';

const PERIOD = 10_000;

export interface EvictionManagerConfig {
  /** Those that run on the node. */
  readonly pods: () => readonly ReadonlyPod[];
  /** The pod ends and has failed. */
  readonly end: (uid: string, end: PodEnd) => void;
  /** What a pressure means for the node's status has changed. */
  readonly onChange: () => Promise<void>;
  /** Removes what nobody uses (dead containers, images); pods are evicted only when that was not enough. */
  readonly reclaimDisk: () => Promise<void>;
  /** @default what the host says */
  readonly observe?: () => Promise<Observations>;
}

/** Ends pods before the node runs out of memory, disk or processes, and pods that write more than they may. Looks every 10 s; nothing is measured while there is enough. */
export class EvictionManager {
  private met: readonly MetThreshold[] = [];
  private seen: ReadonlyMap<Pressure, number> = new Map();
  private imageDirectory: string | undefined;

  constructor(private readonly context: KubeletContext, private readonly config: EvictionManagerConfig) {}

  /** What the node is short of, or has been a moment ago. */
  pressures(): readonly Pressure[] {
    return PRESSURES.filter((pressure) => this.seen.has(pressure));
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => this.context.logger.warn('eviction could not be decided on', { error }));
      await sleep(this.context.clock, PERIOD, signal);
    }
  }

  /** One round. */
  async look(): Promise<void> {
    const { configuration, clock } = this.context;
    this.met = metThresholds(configuration.eviction, await this.observations(), this.met, clock.now());
    const before = this.pressures();
    this.seen = pressuresSeen(this.seen, this.met, clock.now(), configuration.eviction.transitionPeriod);
    if (before.join() !== this.pressures().join()) await this.config.onChange();
    const over = await this.endOverLimits();
    const [threshold] = this.met.filter(({ due }) => due);
    if (threshold && over === 0) await this.relieve(threshold);
  }

  private async observations(): Promise<Observations> {
    if (this.config.observe) return this.config.observe();
    this.imageDirectory ??= await this.context.cri.imageDirectory().catch(() => undefined);
    return observe({ dataDirectory: this.context.dataDirectory, imageDirectory: this.imageDirectory });
  }

  /** @returns how many pods were ended */
  private async endOverLimits(): Promise<number> {
    let ended = 0;
    for (const pod of this.config.pods().filter(hasStorageLimits)) {
      const problem = storageProblem(pod, await measureStorage(this.context, pod));
      if (!problem || isCritical(pod)) continue;
      this.evict(pod, { message: problem, graceSeconds: 0 });
      ended += 1;
    }
    return ended;
  }

  private async relieve(threshold: MetThreshold): Promise<void> {
    const { events, nodeName, configuration, clock, logger } = this.context;
    const resource = resourceOf(threshold.signal);
    const isDisk = resource === 'ephemeral-storage' || resource === 'inodes';
    events.event({ apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } }, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`);
    if (isDisk) {
      await this.config.reclaimDisk();
      const still = metThresholds(configuration.eviction, await this.observations(), this.met, clock.now()).some(({ signal, kind }) => signal === threshold.signal && kind === threshold.kind);
      if (!still) return;
    }
    const [first] = rankForEviction(threshold.signal, await measureConsumption(this.context, this.config.pods(), { disk: isDisk }));
    if (!first) {
      logger.warn('the node is short and there is no pod to evict', { signal: threshold.signal, available: threshold.available, minimum: threshold.minimum });
      return;
    }
    const message = evictionMessage(threshold, first);
    const patience = Math.min(configuration.eviction.maximumGraceSeconds, first.pod.spec.terminationGracePeriodSeconds ?? 30);
    this.evict(first.pod, { message, graceSeconds: threshold.kind === 'hard' ? 0 : patience, disruption: message });
  }

  private evict(pod: ReadonlyPod, end: Omit<PodEnd, 'reason'>): void {
    this.context.logger.info('evicting', { pod: formatPod(pod), message: end.message });
    this.context.events.event(podReference(pod), 'Warning', 'Evicted', end.message);
    this.config.end(uidOf(pod), { reason: 'Evicted', ...end });
  }
}
