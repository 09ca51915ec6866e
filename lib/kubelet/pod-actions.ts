import type { ContainerState } from '../cri/cri';
import { CONTAINER_HASH } from '../cri/labels';
import { containerHash } from './container-hash';
import { computeInitActions } from './init-container-actions';
import type { ReadonlyContainer, ReadonlyPod } from './kubelet-context';
import { findContainer, type PodRuntime } from './pod-runtime';
import type { ProbeVerdicts } from './probes/probe-results';

/** What one pass does to a pod. */
export interface PodActions {
  /** Ends everything of the pod, before a new sandbox or for good. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly sandboxAttempt: number;
  readonly start: readonly ContainerToStart[];
  readonly kill: readonly ContainerToKill[];
}

export interface ContainerToStart {
  readonly container: ReadonlyContainer;
  readonly kind: 'init' | 'app' | 'ephemeral';
}

export interface ContainerToKill {
  readonly container: ReadonlyContainer;
  readonly status: ContainerState;
  readonly reason: 'changed' | 'liveness' | 'startup';
  readonly message: string;
}

/** Compares the pod with what runs of it. Pure. Follows computePodActions of pkg/kubelet/kuberuntime in 1.28. */
export function computePodActions(pod: ReadonlyPod, runtime: PodRuntime, verdicts: ProbeVerdicts): PodActions {
  const { ready, attempt } = sandboxState(pod, runtime);
  return ready ? withSandbox(pod, runtime, verdicts, attempt) : withoutSandbox(pod, runtime, verdicts, attempt);
}

function sandboxState(pod: ReadonlyPod, { sandboxes }: PodRuntime): { readonly ready: boolean; readonly attempt: number } {
  const newest = sandboxes[0];
  if (!newest) return { ready: false, attempt: 0 };
  const usable = newest.ready && sandboxes.filter(({ ready }) => ready).length === 1 && newest.hostNetwork === Boolean(pod.spec.hostNetwork);
  return { ready: usable, attempt: usable ? newest.attempt : Math.max(...sandboxes.map((sandbox) => sandbox.attempt)) + 1 };
}

function withoutSandbox(pod: ReadonlyPod, runtime: PodRuntime, verdicts: ProbeVerdicts, sandboxAttempt: number): PodActions {
  const nothing = { killPod: true, createSandbox: false, sandboxAttempt, start: [], kill: [] };
  if (pod.spec.restartPolicy === 'Never' && sandboxAttempt > 0 && runtime.containers.length > 0) return nothing;

  const containers = pod.spec.containers.filter(({ name }) => !(pod.spec.restartPolicy === 'OnFailure' && findContainer(runtime, name)?.exitCode === 0));
  if (containers.length === 0 && computeInitActions(pod, runtime, verdicts).initialized) return nothing;

  const [first] = pod.spec.initContainers ?? [];
  const start = first ? [toStart('init')(first)] : containers.map(toStart('app'));
  return { ...nothing, createSandbox: true, start };
}

function withSandbox(pod: ReadonlyPod, runtime: PodRuntime, verdicts: ProbeVerdicts, sandboxAttempt: number): PodActions {
  const ephemeral = (pod.spec.ephemeralContainers ?? []).filter(({ name }) => !findContainer(runtime, name)).map(toStart('ephemeral'));
  const base = { killPod: false, createSandbox: false, sandboxAttempt, kill: [] };

  const init = computeInitActions(pod, ofSandbox(pod, runtime), verdicts);
  if (init.failed) return { ...base, killPod: true, start: [] };
  const initStart = init.start.map(toStart('init'));
  if (!init.initialized) return { ...base, start: [...ephemeral, ...initStart], kill: init.kill };

  const kill = pod.spec.containers.map((container) => whyKill(container, pod, runtime, verdicts)).filter((action) => action !== undefined);
  const restarted = new Set(pod.spec.restartPolicy === 'Never' ? kill.filter(({ reason }) => reason === 'changed').map(({ container }) => container.name) : kill.map(({ container }) => container.name));
  const start = pod.spec.containers.filter((container) => restarted.has(container.name) || shouldBeRestarted(container, pod, runtime)).map(toStart('app'));
  const kept = pod.spec.containers.some(({ name }) => findContainer(runtime, name)?.state === 'running' && !kill.some(({ container }) => container.name === name));
  // Sidecars alone do not keep a pod alive.
  if (!kept && start.length === 0) return { ...base, killPod: true, start: [], kill };
  return { ...base, start: [...ephemeral, ...initStart, ...start], kill: [...init.kill, ...kill] };
}

function whyKill(container: ReadonlyContainer, { spec }: ReadonlyPod, runtime: PodRuntime, verdicts: ProbeVerdicts): ContainerToKill | undefined {
  const status = findContainer(runtime, container.name);
  if (status?.state !== 'running') return undefined;
  const suffix = spec.restartPolicy === 'Never' ? '' : ', will be restarted';
  if (status.labels[CONTAINER_HASH] !== containerHash(container)) {
    return { container, status, reason: 'changed', message: `Container ${container.name} definition changed, will be restarted` };
  }
  if (verdicts.liveness(status.id) === 'failure') return { container, status, reason: 'liveness', message: `Container ${container.name} failed liveness probe${suffix}` };
  if (verdicts.startup(status.id) === 'failure') return { container, status, reason: 'startup', message: `Container ${container.name} failed startup probe${suffix}` };
  return undefined;
}

function shouldBeRestarted({ name }: ReadonlyContainer, { spec }: ReadonlyPod, runtime: PodRuntime): boolean {
  const status = findContainer(runtime, name);
  if (!status || status.state === 'created') return true;
  if (status.state === 'running' || spec.restartPolicy === 'Never') return false;
  return spec.restartPolicy !== 'OnFailure' || status.exitCode !== 0;
}

/** Init containers run once per sandbox: those of an older one do not count. */
function ofSandbox(pod: ReadonlyPod, { sandboxes, containers }: PodRuntime): PodRuntime {
  const init = new Set(pod.spec.initContainers?.map(({ name }) => name));
  return { sandboxes, containers: containers.filter(({ name, sandboxId }) => !init.has(name) || sandboxId === sandboxes[0].id) };
}

const toStart = (kind: ContainerToStart['kind']) => (container: unknown): ContainerToStart => ({ container: container as ReadonlyContainer, kind });
