import type { NodeAbilities } from './admission/admit-pod';
import type { KubeletContext, ReadonlyPod } from './kubelet-context';
import { readySandbox, type PodRuntime, type PodRuntimeReader } from './pod-runtime';
import type { Prober } from './probes/prober';
import type { StatusManager } from './status/status-manager';
import type { SyncScope } from './sync-pod';

/** What all workers of a kubelet share. */
export interface PodWorkerScope extends SyncScope {
  readonly reader: PodRuntimeReader;
  readonly prober: Prober;
  readonly statuses: StatusManager;
  readonly abilities: () => NodeAbilities;
  /** Pods of this node that have not ended and that came before this one. */
  readonly podsBefore: (pod: ReadonlyPod) => readonly ReadonlyPod[];
  readonly signal: AbortSignal;
  /** Resolves when no Service sends new connections to the pod any more. */
  readonly endpointRemoved: (pod: ReadonlyPod) => Promise<void>;
  /** The pod has left nothing behind. */
  readonly onGone: (uid: string) => void;
}

/** Where probes and hooks reach the pod. */
export function addressOf(context: KubeletContext, pod: ReadonlyPod | undefined, runtime: PodRuntime): string {
  return pod?.spec.hostNetwork ? context.nodeAddress : readySandbox(runtime)?.ip ?? runtime.sandboxes[0]?.ip ?? '';
}
