import type { ContainerState } from '../cri/cri';
import type { ReadonlyContainer, ReadonlyPod } from './kubelet-context';
import type { ContainerToKill } from './pod-actions';
import { findContainer, type PodRuntime } from './pod-runtime';
import type { ProbeVerdicts } from './probes/probe-results';

export interface InitActions {
  /** All have been run, or started where they go on: the others may start. */
  readonly initialized: boolean;
  readonly start: readonly ReadonlyContainer[];
  readonly kill: readonly ContainerToKill[];
  /** One has failed for good. */
  readonly failed: boolean;
}

/** One that goes on beside the others (restartPolicy Always): a sidecar. */
export const isRestartable = (container: ReadonlyContainer) => (container as { restartPolicy?: string }).restartPolicy === 'Always';

export const sidecarsOf = ({ spec }: ReadonlyPod) => (spec.initContainers ?? []).filter(isRestartable);

/**
 * What happens to init containers: one after the other, each after the one before has ended with success or, if it goes on, has started.
 * Pure. Follows computeInitContainerActions of pkg/kubelet/kuberuntime in 1.28.
 */
export function computeInitActions(pod: ReadonlyPod, runtime: PodRuntime, verdicts: ProbeVerdicts): InitActions {
  const containers = pod.spec.initContainers ?? [];
  const started = pod.spec.containers.some(({ name }) => findContainer(runtime, name)?.state === 'running');
  const start: ReadonlyContainer[] = [];
  const kill: ContainerToKill[] = [];
  let initialized = started || containers.length === 0;
  // Backwards: of those that are over, the last one decides; what came before it only matters if it goes on.
  let passed = initialized;
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i];
    const state = findContainer(runtime, container.name);
    const restartable = isRestartable(container);
    if (!state) {
      if (passed && restartable) start.unshift(container);
      continue;
    }
    if (passed && !restartable) continue;

    if (state.state === 'exited' && !restartable && state.exitCode !== 0 && pod.spec.restartPolicy === 'Never') return { initialized: false, start: [], kill: [], failed: true };
    const sick = restartable ? whyKillSidecar(container, state, verdicts) : undefined;
    if (sick) kill.push(sick);
    else if (mustStart(state, restartable)) start.unshift(container);
    const done = restartable ? state.state === 'running' && (!container.startupProbe || verdicts.startup(state.id) === 'success') : state.exitCode === 0;
    if (done && i === containers.length - 1) initialized = true;
    else if (done && !passed) start.unshift(containers[i + 1]);
    passed = true;
  }
  if (!passed) start.push(containers[0]);
  return { initialized, start, kill, failed: false };
}

function mustStart({ state, exitCode }: ContainerState, restartable: boolean): boolean {
  return state === 'created' || (state === 'exited' && (restartable || exitCode !== 0));
}

function whyKillSidecar(container: ReadonlyContainer, status: ContainerState, verdicts: ProbeVerdicts): ContainerToKill | undefined {
  if (status.state !== 'running') return undefined;
  const reason = (['startup', 'liveness'] as const).find((kind) => container[`${kind}Probe`] && verdicts[kind](status.id) === 'failure');
  return reason && { container, status, reason, message: `Init container ${container.name} failed ${reason} probe` };
}
