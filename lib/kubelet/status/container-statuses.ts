import { toTime } from '../../base/clock';
import type { ContainerStatus, core } from '../../api/types';
import type { ContainerState } from '../../cri/cri';
import type { ReadonlyContainer } from '../kubelet-context';
import type { PodRuntime } from '../pod-runtime';
import { LOST } from '../remembered-containers';
import type { WaitingReason } from '../waiting-reason';

export interface ContainerStatusScope {
  readonly runtime: PodRuntime;
  /** By container id. */
  readonly messages: ReadonlyMap<string, string>;
  /** By container name: why the last try to start it failed. */
  readonly reasons: ReadonlyMap<string, WaitingReason>;
  /** What waits without a reason of its own: ContainerCreating or PodInitializing. */
  readonly waiting: string;
  readonly started: (container: ReadonlyContainer, state: ContainerState) => boolean;
  readonly ready: (container: ReadonlyContainer, state: ContainerState) => boolean;
  readonly willRestart: (container: ReadonlyContainer, state: ContainerState | undefined) => boolean;
}

/** Status of one container as the API shows it. Pure. Follows convertToAPIContainerStatuses of pkg/kubelet. */
export function containerStatus(container: ReadonlyContainer, scope: ContainerStatusScope): ContainerStatus {
  const [current, ...older] = scope.runtime.containers.filter(({ name }) => name === container.name).sort((a, b) => b.attempt - a.attempt);
  const before = older.find(({ state }) => state === 'exited');
  const state = current ? toState(current, scope) : undefined;
  const reason = scope.reasons.get(container.name);
  const waits = reason && current?.state !== 'running' && scope.willRestart(container, current);
  const lastState = waits && state?.terminated ? state : before ? toState(before, scope) : undefined;
  return {
    name: container.name,
    image: container.image ?? current?.image ?? '',
    imageID: current ? `docker://${current.imageId}` : '',
    restartCount: current?.attempt ?? 0,
    ready: current ? scope.ready(container, current) : false,
    started: current ? scope.started(container, current) : false,
    state: waits ? { waiting: { reason: reason.reason, message: reason.message } } : state ?? { waiting: { reason: scope.waiting } },
    lastState: lastState ?? {},
    ...(current && { containerID: `docker://${current.id}` }),
  };
}

function toState(state: ContainerState, { messages, waiting }: ContainerStatusScope): core.ContainerState {
  if (state.state === 'running') return { running: { startedAt: toTime(state.startedAt ?? state.createdAt) } };
  if (state.state === 'created') return { waiting: { reason: waiting } };
  const message = messages.get(state.id) || state.error;
  return {
    terminated: {
      exitCode: state.exitCode ?? 0,
      reason: terminatedReason(state),
      ...(message && { message }),
      startedAt: toTime(state.startedAt ?? 0),
      finishedAt: toTime(state.finishedAt ?? 0),
      containerID: `docker://${state.id}`,
    },
  };
}

function terminatedReason({ oomKilled, exitCode, startedAt, error, labels }: ContainerState): string {
  if (labels[LOST]) return 'ContainerStatusUnknown';
  if (oomKilled && exitCode !== 0) return 'OOMKilled';
  if (startedAt === undefined && error) return 'StartError';
  return exitCode === 0 ? 'Completed' : 'Error';
}
