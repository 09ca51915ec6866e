import { sleep } from '../../base/clock';
import { uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import type { PodEnd } from '../pod-end';
import { shutdownOrder } from './shutdown-order';

/** Of upstream's pkg/kubelet/nodeshutdown. */
const MESSAGE = 'Pod was terminated in response to imminent node shutdown.';
/** Beyond the grace period: the engine needs a moment to kill, and the API to be told. */
const SLACK = 5_000;
const LOOK = 100;

export interface NodeShutdownConfig {
  /** Those that run on the node. */
  readonly pods: () => readonly ReadonlyPod[];
  readonly end: (uid: string, end: PodEnd) => void;
  /** The node's status has changed. */
  readonly onChange: () => Promise<void>;
}

/** Ends all pods of a node that is about to end itself. */
export class NodeShutdown {
  private begun = false;

  constructor(private readonly context: KubeletContext, private readonly config: NodeShutdownConfig) {}

  /** From then on the node is not Ready and takes no pods. */
  get isBegun(): boolean {
    return this.begun;
  }

  /** Resolves when no pod runs any more, or their time is over. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, configuration } = this.context;
    this.begun = true;
    await this.config.onChange();
    for (const { pods, limitSeconds } of shutdownOrder(this.config.pods(), configuration.shutdown)) {
      logger.info('ending pods: the node is shutting down', { pods: pods.length, seconds: limitSeconds });
      for (const { pod, graceSeconds } of pods) this.config.end(uidOf(pod), { reason: 'Terminated', message: MESSAGE, graceSeconds, disruption: MESSAGE });
      const ending = new Set(pods.map(({ pod }) => uidOf(pod)));
      const limit = clock.now() + limitSeconds * 1000 + SLACK;
      while (this.config.pods().some((pod) => ending.has(uidOf(pod))) && clock.now() < limit && !signal.aborted) await sleep(clock, LOOK, signal);
    }
  }
}
