import type { WaitingReason } from './waiting-reason';

/** Why the node ends a pod that nobody deleted: it fails with this. */
export interface PodEnd extends WaitingReason {
  /** In place of the pod's own grace period. */
  readonly graceSeconds: number;
  /** Said in the condition DisruptionTarget: the pod is not at fault. */
  readonly disruption?: string;
}
