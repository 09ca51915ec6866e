import { conditionMessage } from '../eviction/messages';
import type { Pressure } from '../eviction/pressure';
import { isCritical } from '../eviction/rank';
import type { ReadonlyPod } from '../kubelet-context';
import { qualityOfService } from '../resources';
import type { WaitingReason } from '../waiting-reason';

const MEMORY_TAINT = 'node.kubernetes.io/memory-pressure';

/** Why a node that is short of something does not take the pod: of memory alone it still takes those that asked for some. Pure. Follows Admit of pkg/kubelet/eviction. */
export function pressureProblem(pod: ReadonlyPod, pressures: readonly Pressure[]): WaitingReason | undefined {
  if (pressures.length === 0 || isCritical(pod)) return undefined;
  if (pressures.length === 1 && pressures[0] === 'MemoryPressure') {
    const tolerated = (pod.spec.tolerations ?? []).some(({ key, operator, effect }) => (key === MEMORY_TAINT || (!key && operator === 'Exists')) && (!effect || effect === 'NoSchedule'));
    if (qualityOfService(pod) !== 'BestEffort' || tolerated) return undefined;
  }
  return { reason: 'Evicted', message: conditionMessage(pressures) };
}
