import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod, PodCondition } from './types';

/** What is asked of pods everywhere, with upstream's meaning of the words. */

export function tryPodCondition(pod: DeepReadonly<Pod>, type: string): DeepReadonly<PodCondition> | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export const isPodReady = (pod: DeepReadonly<Pod>) => tryPodCondition(pod, 'Ready')?.status === 'True';

/** Its containers have ended for good. */
export const isPodTerminated = (pod: DeepReadonly<Pod>) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Counts as a replica: neither ended nor being deleted. */
export const isPodActive = (pod: DeepReadonly<Pod>) => !isPodTerminated(pod) && !pod.metadata.deletionTimestamp;

/** Ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: DeepReadonly<Pod>, minReadySeconds: number, now: number): boolean {
  const ready = tryPodCondition(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  return minReadySeconds === 0 || (ready.lastTransitionTime !== undefined && Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 <= now);
}
