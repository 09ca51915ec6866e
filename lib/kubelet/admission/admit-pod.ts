import type { ReadonlyPod } from '../kubelet-context';
import type { WaitingReason } from '../waiting-reason';
import { appArmorProblem } from './app-armor';
import { roomProblem, type NodeRoom } from './node-fit';
import { sysctlProblem } from './sysctls';

/** What a node is able to do, as far as pods are admitted by it. */
export interface NodeAbilities {
  readonly appArmor: boolean;
}

export type Admission =
  | { readonly admitted: true }
  /** `rejected` is the end of the pod; a `blocked` one waits for the node to become able. */
  | { readonly admitted: false; readonly verdict: 'rejected' | 'blocked'; readonly problem: WaitingReason };

/** What a node says to a pod before it does anything for it. Pure. Follows canAdmitPod and canRunPod of pkg/kubelet. */
export function admitPod(pod: ReadonlyPod, abilities: NodeAbilities, room: NodeRoom): Admission {
  const rejected = sysctlProblem(pod) ?? roomProblem(pod, room);
  if (rejected) return { admitted: false, verdict: 'rejected', problem: rejected };
  const blocked = appArmorProblem(pod, abilities.appArmor);
  return blocked ? { admitted: false, verdict: 'blocked', problem: blocked } : { admitted: true };
}
