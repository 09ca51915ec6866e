import type Dockerode from 'dockerode';
import type { ContainerState, ContainerSummary, PodSandbox } from '../cri';
import { CONTAINER_ATTEMPT, CONTAINER_NAME, podIdentity } from '../labels';
import { HOST_NETWORK, SANDBOX_ATTEMPT, SANDBOX_ID, SANDBOX_IP } from './labels';

export function toSandbox({ Id, Labels, State, Created }: Dockerode.ContainerInfo): PodSandbox {
  return {
    id: Id,
    pod: podIdentity(Labels),
    attempt: Number(Labels[SANDBOX_ATTEMPT] ?? 0),
    ready: State === 'running',
    createdAt: Created * 1000,
    ip: Labels[SANDBOX_IP] ?? '',
    hostNetwork: Labels[HOST_NETWORK] === 'true',
  };
}

export function toSummary({ Id, Labels, State, Created }: Dockerode.ContainerInfo): ContainerSummary {
  return { ...fromLabels(Id, Labels), state: toState(State), createdAt: Created * 1000 };
}

/** What runtimes of Kubernetes report of a process that could not be started. */
const NEVER_RAN = 128;

export function toContainerState(info: Dockerode.ContainerInspectInfo): ContainerState {
  const { State, Config } = info;
  // A process that could not be started leaves its container "created", with an exit code and the reason.
  const neverRan = State.Status === 'created' && State.ExitCode !== 0;
  const state = neverRan ? 'exited' : toState(State.Status);
  return {
    ...fromLabels(info.Id, Config.Labels),
    state,
    createdAt: Date.parse(info.Created),
    image: Config.Image,
    imageId: info.Image,
    startedAt: toMilliseconds(State.StartedAt),
    ...(state === 'exited' && { finishedAt: toMilliseconds(State.FinishedAt) ?? Date.parse(info.Created), exitCode: neverRan ? NEVER_RAN : State.ExitCode }),
    oomKilled: State.OOMKilled,
    error: State.Error,
    logPath: info.LogPath,
    tty: Config.Tty,
    ...(State.Pid > 0 && { pid: State.Pid }),
  };
}

function fromLabels(id: string, labels: Readonly<Record<string, string>>) {
  return {
    id,
    sandboxId: labels[SANDBOX_ID] ?? '',
    pod: podIdentity(labels),
    name: labels[CONTAINER_NAME] ?? '',
    attempt: Number(labels[CONTAINER_ATTEMPT] ?? 0),
    labels,
  };
}

function toState(status: string): ContainerSummary['state'] {
  if (status === 'running' || status === 'paused') return 'running';
  return status === 'created' ? 'created' : 'exited';
}

/** The engine writes year 1 for "never". */
function toMilliseconds(time: string): number | undefined {
  const milliseconds = Date.parse(time);
  return milliseconds > 0 ? milliseconds : undefined;
}
