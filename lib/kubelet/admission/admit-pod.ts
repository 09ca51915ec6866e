import type { Pressure } from '../eviction/pressure';
import type { ReadonlyPod } from '../kubelet-context';
import type { WaitingReason } from '../waiting-reason';
import { appArmorProblem } from './app-armor';
import { roomProblem, type NodeRoom } from './node-fit';
import { pressureProblem } from './pressure';
import { sysctlProblem } from './sysctls';

/** What a node is able to do, as far as pods are admitted by it. */
export interface NodeAbilities {
  readonly appArmor: boolean;
  /** Beside the safe ones: names or `prefix*`. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** What the node is short of. @default nothing */
  readonly pressures?: readonly Pressure[];
  /** The node is about to end. */
  readonly shuttingDown?: boolean;
}

export type Admission =
  | { readonly admitted: true }
  /** `rejected` is the end of the pod; a `blocked` one waits for the node to become able. */
  | { readonly admitted: false; readonly verdict: 'rejected' | 'blocked'; readonly problem: WaitingReason };

/** What a node says to a pod before it does anything for it. Pure. Follows canAdmitPod and canRunPod of pkg/kubelet. */
export function admitPod(pod: ReadonlyPod, abilities: NodeAbilities, room: NodeRoom): Admission {
  const rejected = shutdownProblem(abilities) ?? pressureProblem(pod, abilities.pressures ?? []) ?? sysctlProblem(pod, abilities.allowedUnsafeSysctls) ?? roomProblem(pod, room);
  if (rejected) return { admitted: false, verdict: 'rejected', problem: rejected };
  const blocked = appArmorProblem(pod, abilities.appArmor);
  return blocked ? { admitted: false, verdict: 'blocked', problem: blocked } : { admitted: true };
}

function shutdownProblem({ shuttingDown }: NodeAbilities): WaitingReason | undefined {
  return shuttingDown ? { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' } : undefined;
}
