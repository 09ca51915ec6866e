import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';
import type { Client } from '../client/client';
import type { Lister } from '../client/informers';
import type { Clock } from '../base/clock';
import type { ClusterState } from './cluster-state';
import type { NodeInfo } from './node-info';

/** What a rule may look at. */
export interface Cluster {
  readonly state: ClusterState;
  readonly lister: Lister;
}

/** Why a node (or every node) is refused, in upstream's words. */
export interface Refusal {
  readonly reasons: readonly string[];
  /** Removing other pods would not help: no preemption is tried. */
  readonly unresolvable?: boolean;
}

/** Something that happened in the cluster and may make room. */
export type ClusterEvent = 'NodeAdded' | 'NodeChanged' | 'PodAdded' | 'PodChanged' | 'PodDeleted' | 'StorageChanged' | 'NamespaceChanged';

/** Looks at one pod: everything that is the same for all nodes is computed once. Undefined: the rule has nothing to say about this pod. */
export interface Rule {
  filter?(node: NodeInfo): Refusal | undefined;
  /** For each of the nodes that the pod fits on, 0 … 100: higher is better. */
  score?(nodes: readonly NodeInfo[]): readonly number[];
}

export interface PreFilterRefusal extends Refusal {
  readonly refusesAll: true;
}

/**
 * One scheduling rule, named as upstream's plugin. `prepare` is pure and synchronous; only `preBind` acts.
 */
export interface Plugin {
  readonly name: string;
  /** Factor of its score. @default 1 */
  readonly weight?: number;
  /** After which events a pod that this rule refused is tried again. */
  readonly retryOn?: readonly ClusterEvent[];
  prepare(pod: DeepReadonly<Pod>, cluster: Cluster): Rule | PreFilterRefusal | undefined;
  /** Prepares what the pod needs on the chosen node, and waits for it. A rejection undoes the choice. */
  preBind?(pod: DeepReadonly<Pod>, node: string, context: BindContext): Promise<void>;
}

export interface BindContext {
  readonly client: Client;
  readonly lister: Lister;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Resolves when the condition holds, looked at after every change of claims; rejects when the signal aborts or time is up. */
  waitForStorage(condition: () => boolean, milliseconds: number): Promise<void>;
}

/** Highest score becomes 100 (or with `reverse`, 0), in proportion. Upstream's DefaultNormalizeScore. */
export function normalizeByMaximum(scores: readonly number[], reverse = false): readonly number[] {
  const maximum = Math.max(0, ...scores);
  return scores.map((score) => {
    const share = maximum === 0 ? 0 : Math.floor((score * 100) / maximum);
    return reverse ? 100 - share : share;
  });
}
