import { toTime } from '../../base/clock';
import type { PodCondition, PodStatus } from '../../api/types';
import type { ContainerState } from '../../cri/cri';
import { isRestartable } from '../init-container-actions';
import type { ReadonlyContainer, ReadonlyPod } from '../kubelet-context';
import { findContainer, readySandbox, type PodRuntime } from '../pod-runtime';
import type { ProbeVerdicts } from '../probes/probe-results';
import type { PodEnd } from '../pod-end';
import { qualityOfService } from '../resources';
import type { WaitingReason } from '../waiting-reason';
import { podConditions } from './conditions';
import { containerStatus, type ContainerStatusScope } from './container-statuses';
import { podPhase, type PodPhase } from './phase';

export interface PodStatusInput {
  readonly pod: ReadonlyPod;
  readonly runtime: PodRuntime;
  readonly verdicts: ProbeVerdicts;
  readonly reasons: ReadonlyMap<string, WaitingReason>;
  readonly messages: ReadonlyMap<string, string>;
  readonly nodeAddress: string;
  readonly now: number;
  /** Nothing of the pod will be started again: it is deleted, or over. */
  readonly terminal: boolean;
  /** Why the pod as a whole has failed (DeadlineExceeded, Evicted). */
  readonly failure?: PodFailure;
}

export type PodFailure = WaitingReason & Partial<Pick<PodEnd, 'graceSeconds' | 'disruption'>>;

/** What the API should show of a pod, from what the engine and the probes say. Pure. Follows generateAPIPodStatus of pkg/kubelet. */
export function computePodStatus(input: PodStatusInput): PodStatus {
  const { pod, runtime, nodeAddress, now, terminal, failure } = input;
  const { spec } = pod;
  const initScope = scopeOf(input, 'PodInitializing');
  const init = (spec.initContainers ?? []).map((container) => containerStatus(container, isRestartable(container) ? {
    ...initScope, willRestart: (_, state) => !terminal && state?.state !== 'running',
  } : {
    ...initScope, ready: (_, state) => state.state === 'exited' && state.exitCode === 0, willRestart: (_, state) => !terminal && !(state?.state === 'exited' && state.exitCode === 0),
  }));
  const app = spec.containers.map((container) => containerStatus(container, scopeOf(input, init.length > 0 ? 'PodInitializing' : 'ContainerCreating')));
  const ephemeral = (spec.ephemeralContainers ?? []).map((container) => containerStatus(container as ReadonlyContainer, {
    ...scopeOf(input, 'ContainerCreating'), ready: () => false, started: () => false, willRestart: (_, state) => state === undefined,
  }));

  const before = pod.status?.phase;
  const over = before === 'Failed' || before === 'Succeeded';
  const phase: PodPhase = failure ? 'Failed' : over ? before : podPhase(pod, init, app, terminal);
  const ip = addressOf(pod, runtime, nodeAddress);
  return {
    phase,
    ...(failure ? { reason: failure.reason, message: failure.message } : over && { reason: pod.status?.reason, message: pod.status?.message }),
    conditions: [...podConditions(pod, phase, init, app, now), ...(failure?.disruption ? [disruptionTarget(failure.disruption, now)] : [])],
    hostIP: nodeAddress,
    ...(ip && { podIP: ip, podIPs: [{ ip }] }),
    startTime: pod.status?.startTime ?? toTime(now),
    qosClass: qualityOfService(pod),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: app,
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
  };
}

function disruptionTarget(message: string, now: number): PodCondition {
  return { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message, lastProbeTime: undefined, lastTransitionTime: toTime(now) };
}

function addressOf({ spec, status }: ReadonlyPod, runtime: PodRuntime, nodeAddress: string): string | undefined {
  if (spec.hostNetwork) return runtime.sandboxes.length > 0 || status?.podIP ? nodeAddress : undefined;
  return readySandbox(runtime)?.ip || status?.podIP;
}

function scopeOf({ pod, runtime, reasons, messages, verdicts, terminal }: PodStatusInput, waiting: string): ContainerStatusScope {
  const started = (container: ReadonlyContainer, state: ContainerState) => state.state === 'running' && (!container.startupProbe || verdicts.startup(state.id) === 'success');
  return {
    runtime, reasons, messages, waiting, started,
    ready: (container, state) => started(container, state) && (!container.readinessProbe || verdicts.readiness(state.id) === 'success'),
    willRestart: (container, state) => !terminal && willRestart(pod, container, runtime, state),
  };
}

function willRestart({ spec }: ReadonlyPod, { name }: ReadonlyContainer, runtime: PodRuntime, state: ContainerState | undefined = findContainer(runtime, name)): boolean {
  if (!state || state.state === 'created') return true;
  if (state.state === 'running' || spec.restartPolicy === 'Never') return false;
  return spec.restartPolicy !== 'OnFailure' || state.exitCode !== 0;
}
