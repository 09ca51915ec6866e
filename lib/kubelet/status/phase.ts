import type { ContainerStatus } from '../../api/types';
import type { ReadonlyPod } from '../kubelet-context';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** Pure. Follows getPhase of pkg/kubelet in 1.28. @param terminal nothing of the pod will be started again */
export function podPhase({ spec }: ReadonlyPod, init: readonly ContainerStatus[], app: readonly ContainerStatus[], terminal: boolean): PodPhase {
  const failedInit = init.filter((status) => (lastExit(status)?.exitCode ?? 0) !== 0).length;
  const pendingInit = init.filter(({ state, lastState }) => Boolean(state?.running) || (Boolean(state?.waiting) && !lastState?.terminated)).length;
  if (failedInit > 0 && (spec.restartPolicy === 'Never' || terminal)) return 'Failed';
  if (pendingInit > 0 || failedInit > 0) return 'Pending';

  const running = app.filter(({ state }) => state?.running).length;
  const waiting = app.filter(({ state, lastState }) => state?.waiting && !lastState?.terminated).length;
  const stopped = app.filter((status) => lastExit(status));
  const succeeded = app.filter(({ state }) => state?.terminated?.exitCode === 0).length;
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped.length === 0) return 'Pending';
  if (terminal) return stopped.length === succeeded ? 'Succeeded' : 'Failed';
  if ((spec.restartPolicy ?? 'Always') === 'Always') return 'Running';
  if (stopped.length === succeeded) return 'Succeeded';
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** How it ended, when it is not running now. */
function lastExit({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined);
}
