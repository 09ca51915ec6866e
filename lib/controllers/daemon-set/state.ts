import type { DeepReadonly } from '../../base/deep-readonly';
import type { DaemonSet, Pod } from '../../api/types';

export type Daemon = DeepReadonly<DaemonSet>;
export type ReadPod = DeepReadonly<Pod>;

export interface DaemonPlan {
  /** Names of nodes. */
  readonly create: readonly string[];
  readonly remove: readonly ReadPod[];
  /** Of `remove`: those that ended by themselves. */
  readonly ended: readonly ReadPod[];
}

/** What both steps look at. */
export interface DaemonState {
  readonly set: Daemon;
  /** The revision of the current template. */
  readonly hash: string;
  readonly now: number;
  /** Nodes that should run a daemon, and all that have one. */
  readonly byNode: ReadonlyMap<string, readonly ReadPod[]>;
  readonly wanted: readonly string[];
}
