import { sleep } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { core } from '../api/types';
import type { ContainerState } from '../cri/cri';
import { POD_GRACE_PERIOD, PRE_STOP } from '../cri/labels';
import { containerReference, type KubeletContext, type ReadonlyContainer, type ReadonlyPod } from './kubelet-context';
import { runHook } from './lifecycle-hooks';

/** However short the grace period, a process gets this long between TERM and KILL. */
const MINIMUM_GRACE_SECONDS = 2;

export interface Kill {
  readonly status: ContainerState;
  /** undefined when the API no longer knows the pod: labels say what is needed. */
  readonly pod: ReadonlyPod | undefined;
  readonly address: string;
  readonly gracePeriodSeconds: number;
  readonly message?: string;
  /** The signal waits for this (as long as the grace period allows): those that need this container have ended. */
  readonly turn?: Promise<unknown>;
}

/**
 * Ends a container: preStop, then its stop signal, then KILL when the grace period is over. The hook's time counts into the grace period.
 * Follows killContainer of pkg/kubelet/kuberuntime.
 */
export async function killContainer(context: KubeletContext, { status, pod, address, gracePeriodSeconds, message, turn }: Kill): Promise<void> {
  const { cri, clock } = context;
  const subject = pod ? containerReference(pod, status.name) : removedPod(status);
  context.events.event(subject, 'Normal', 'Killing', message ?? `Stopping container ${status.name}`);

  let grace = gracePeriodSeconds;
  const within = async (action: Promise<unknown>) => {
    const started = clock.now();
    const ended = new AbortController();
    await Promise.race([action, sleep(clock, grace * 1000, ended.signal)]);
    ended.abort();
    grace -= Math.floor((clock.now() - started) / 1000);
  };
  const hook = preStopOf(status, pod);
  if (hook && grace > 0) {
    await within(runHook(context, hook.preStop, { container: hook.container, containerId: status.id, address }, grace).catch((error: Error) => {
      context.events.event(subject, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
      context.logger.info('preStop failed', { container: status.name, pod: status.pod.name, error });
    }));
  }
  if (turn && grace > 0) await within(turn);
  await cri.stopContainer(status.id, Math.max(grace, MINIMUM_GRACE_SECONDS));
}

/** The grace period of a container whose pod is gone from the API. */
export const labelledGracePeriod = (status: ContainerState) => Number(status.labels[POD_GRACE_PERIOD] ?? 30);

type Hook = { readonly container: Pick<ReadonlyContainer, 'name' | 'ports'>; readonly preStop: DeepReadonly<core.LifecycleHandler> };

function preStopOf({ name, labels }: ContainerState, pod: ReadonlyPod | undefined): Hook | undefined {
  const container = [...pod?.spec.containers ?? [], ...pod?.spec.initContainers ?? []].find((candidate) => candidate.name === name);
  if (container) return container.lifecycle?.preStop && { container, preStop: container.lifecycle.preStop };
  if (pod || !labels[PRE_STOP]) return undefined;
  const { ports, preStop } = JSON.parse(labels[PRE_STOP]) as { ports: core.ContainerPort[]; preStop: core.LifecycleHandler };
  return { container: { name, ports }, preStop };
}

function removedPod({ pod, name }: ContainerState) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...pod }, fieldPath: `spec.containers{${name}}` };
}
