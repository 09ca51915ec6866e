import type { ContainerStatus } from '../../api/types';
import { isRestartable } from '../init-container-actions';
import type { ReadonlyPod } from '../kubelet-context';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** Pure. Follows getPhase of pkg/kubelet in 1.28. @param terminal nothing of the pod will be started again */
export function podPhase({ spec }: ReadonlyPod, init: readonly ContainerStatus[], app: readonly ContainerStatus[], terminal: boolean): PodPhase {
  const restartable = new Set(spec.initContainers?.filter(isRestartable).map(({ name }) => name));
  const once = init.filter(({ name }) => !restartable.has(name));
  const sidecars = init.filter(({ name }) => restartable.has(name));
  const failedInit = once.filter((status) => (lastExit(status)?.exitCode ?? 0) !== 0).length;
  const pendingInit = once.filter(({ state, lastState }) => Boolean(state?.running) || (Boolean(state?.waiting) && !lastState?.terminated)).length
    + sidecars.filter((status) => (status.state?.running && !status.started) || neverRan(status)).length;
  if (failedInit > 0 && (spec.restartPolicy === 'Never' || terminal)) return 'Failed';
  if ((pendingInit > 0 || failedInit > 0) && !hasStarted(app)) return 'Pending';

  const running = [...app, ...sidecars].filter(({ state }) => state?.running).length;
  const stopped = app.filter((status) => lastExit(status));
  const succeeded = app.filter(({ state }) => state?.terminated?.exitCode === 0).length;
  if ([...app, ...sidecars].some(neverRan)) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped.length === 0) return 'Pending';
  if (terminal) return stopped.length === succeeded ? 'Succeeded' : 'Failed';
  if ((spec.restartPolicy ?? 'Always') === 'Always') return 'Running';
  if (stopped.length === succeeded) return 'Succeeded';
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** A container that is no init container has been started at some time: initialization is behind the pod. */
export const hasStarted = (app: readonly ContainerStatus[]) => app.some(({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated);

const neverRan = ({ state, lastState }: ContainerStatus) => Boolean(state?.waiting) && !lastState?.terminated;

/** How it ended, when it is not running now. */
function lastExit({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined);
}
