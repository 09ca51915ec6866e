import type { DeepReadonly } from '../base/deep-readonly';
import type { ContainerStatus } from '../api/types';
import type { ContainerState } from '../cri/cri';
import { podIdentityOf, type ReadonlyPod } from './kubelet-context';
import type { PodRuntime } from './pod-runtime';

/** Marks a container that was running when it was last seen, and is nowhere. */
export const LOST = 'cdk8s-twelve-factor/lost';

/**
 * Adds the containers that the pod's status tells of and that the engine no longer has (somebody pruned it): what has ended stays ended, is not
 * run again where nothing is restarted, and keeps its count of restarts. Pure.
 */
export function withRemembered(pod: ReadonlyPod, runtime: PodRuntime): PodRuntime {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const remembered = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].flatMap((status) => {
    const id = status.containerID?.replace(/^[a-z]+:\/\//, '');
    const known = runtime.containers.some((container) => container.name === status.name && (container.id === id || container.attempt >= status.restartCount));
    return id && !known ? remember(id, status, pod, runtime) : [];
  });
  return remembered.length === 0 ? runtime : { ...runtime, containers: [...runtime.containers, ...remembered] };
}

function remember(id: string, status: DeepReadonly<ContainerStatus>, pod: ReadonlyPod, { sandboxes }: PodRuntime): ContainerState[] {
  const ended = status.state?.terminated ?? (status.state?.waiting ? status.lastState?.terminated : undefined);
  // Without even a sandbox the engine starts from nothing, and so does the pod.
  if (!ended && sandboxes.length === 0) return [];
  const { startedAt, finishedAt, exitCode, reason, message } = ended ?? { ...status.state?.running, ...UNKNOWN };
  return [{
    id, pod: podIdentityOf(pod), sandboxId: sandboxes[0]?.id ?? '', name: status.name, attempt: status.restartCount, state: 'exited', exitCode,
    createdAt: 0, startedAt: toMilliseconds(startedAt), finishedAt: toMilliseconds(finishedAt) ?? 0, image: status.image, imageId: status.imageID.replace(/^[a-z]+:\/\//, ''),
    oomKilled: reason === 'OOMKilled', error: message ?? '', labels: ended ? {} : { [LOST]: 'true' }, logPath: '', tty: false,
  }];
}

const UNKNOWN = { exitCode: 137, reason: 'ContainerStatusUnknown', message: 'The container could not be located when the pod was deleted.  The container used to be Running', finishedAt: undefined };

const toMilliseconds = (time: string | undefined) => (time ? Date.parse(time) || undefined : undefined);
