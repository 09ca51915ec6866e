import type { DeepReadonly } from '../../base/deep-readonly';
import { tryPodCondition } from '../../api/pods';
import type { ContainerStatus, Pod } from '../../api/types';

/** Why a pod does not get ready. */
export interface PodProblem {
  readonly pod: string;
  readonly container?: string;
  /** Kubernetes' word: ImagePullBackOff, CrashLoopBackOff, OOMKilled, Unschedulable … */
  readonly reason: string;
  readonly message: string;
  /**
   * `fatal`: waiting does not help. `suspicious`: helps only if somebody else brings what is missing soon. `patience`: may well pass by itself.
   * `unplaced`: helps only if there will be another node.
   */
  readonly outlook: 'fatal' | 'suspicious' | 'unplaced' | 'patience';
  /** The container has run and ended, so its log may say why. */
  readonly hasLog: boolean;
  /** The log is that of the run before. */
  readonly previous: boolean;
}

/** After so many restarts a crash is the program's answer, not its start-up. */
const RESTARTS = 3;

/** The worst problem of a pod, or undefined for one that is well or just starting. Pure. */
export function podProblem(pod: DeepReadonly<Pod>): PodProblem | undefined {
  const name = pod.metadata.name ?? '';
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const problem = containerProblem(status);
    if (problem) return { pod: name, container: status.name, ...problem };
  }
  const scheduled = tryPodCondition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const { reason = 'Unschedulable', message = 'no node takes it' } = scheduled;
    // Volumes are made while the pod waits, and a pod of lower priority is being removed for it.
    const passes = reason !== 'Unschedulable' || /persistentvolumeclaim/i.test(message) || pod.status?.nominatedNodeName !== undefined;
    return { pod: name, reason, message, outlook: passes ? 'patience' : 'unplaced', hasLog: false, previous: false };
  }
  if (pod.status?.phase === 'Failed') {
    return { pod: name, reason: pod.status.reason ?? 'Failed', message: pod.status.message ?? 'the pod has failed', outlook: 'fatal', hasLog: true, previous: false };
  }
  return undefined;
}

/** The container of a pod that runs and is not ready: no problem yet, and the reason when time is up. Pure. */
export function unreadyContainer(pod: DeepReadonly<Pod>): PodProblem | undefined {
  const status = pod.status?.containerStatuses?.find(({ ready, state }) => !ready && state?.running);
  const probe = pod.spec.containers.find(({ name }) => name === status?.name);
  if (!status || pod.metadata.deletionTimestamp) return undefined;
  const what = status.started === false && probe?.startupProbe ? 'its startup probe has not succeeded' : probe?.readinessProbe ? 'its readiness probe does not succeed' : 'it runs and is not ready';
  return { pod: pod.metadata.name ?? '', container: status.name, reason: 'NotReady', message: what, outlook: 'patience', hasLog: true, previous: false };
}

const FATAL = ['InvalidImageName', 'ErrImageNeverPull', 'ImagePullBackOff'];
const SUSPICIOUS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'ErrImagePull'];

function containerProblem({ state, lastState, restartCount, ready, image }: DeepReadonly<ContainerStatus>): Omit<PodProblem, 'pod' | 'container'> | undefined {
  const reason = state?.waiting?.reason ?? '';
  if (FATAL.includes(reason) || SUSPICIOUS.includes(reason)) {
    const message = state?.waiting?.message ?? '';
    return { reason, message: message.includes(image) ? message : `${image}: ${message}`, outlook: FATAL.includes(reason) ? 'fatal' : 'suspicious', hasLog: false, previous: false };
  }
  const ended = state?.terminated && state.terminated.exitCode !== 0 ? state.terminated : !ready ? lastState?.terminated : undefined;
  if (!ended || (ended.exitCode === 0 && reason !== 'CrashLoopBackOff')) return undefined;
  const oom = ended.reason === 'OOMKilled' ? ' (out of memory: raise resources.limits.memory)' : '';
  return {
    reason: ended.reason === 'OOMKilled' ? 'OOMKilled' : reason || ended.reason || 'Error',
    message: `exit code ${ended.exitCode}${oom}, ${restartCount} restart${restartCount === 1 ? '' : 's'}${ended.message ? `: ${ended.message.trim()}` : ''}`,
    outlook: restartCount >= RESTARTS ? 'fatal' : 'patience',
    hasLog: true,
    previous: state?.terminated === undefined,
  };
}
