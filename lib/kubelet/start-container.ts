import type { PodSandboxConfig, RuntimeImage } from '../cri/cri';
import { makeContainerConfig } from './container-config';
import { formatDuration, type CrashBackoff } from './crash-backoff';
import type { ImagePuller } from './image-puller';
import { containerReference, formatPod, uidOf, type KubeletContext, type ReadonlyContainer, type ReadonlyPod } from './kubelet-context';
import { runHook } from './lifecycle-hooks';
import { ensureLogLinks } from './log-links';
import { findContainer, type PodRuntime } from './pod-runtime';
import type { MountedVolumes } from './volume-mounts';
import { CREATE_RETRY, SyncError } from './waiting-reason';

export interface PrepareScope {
  readonly context: KubeletContext;
  readonly backoff: CrashBackoff;
  readonly images: ImagePuller;
  readonly pod: ReadonlyPod;
  readonly runtime: PodRuntime;
  /** Aborted when the pod is to end. */
  readonly ending: AbortSignal;
}

export interface StartScope extends Omit<PrepareScope, 'runtime' | 'ending'> {
  readonly volumes: MountedVolumes;
  readonly sandbox: { readonly id: string; readonly ip: string };
  readonly sandboxConfig: PodSandboxConfig;
  /** The sandbox runs and has its network. */
  readonly sandboxReady: Promise<unknown>;
}

export interface PreparedContainer {
  readonly container: ReadonlyContainer;
  readonly image: RuntimeImage;
  readonly attempt: number;
  /** When its predecessor ended; undefined for the first. */
  readonly lastFinishedAt: number | undefined;
  readonly targetContainerId: string | undefined;
}

/** What comes before a container: its turn after a crash, and its image. Rejects with SyncError: the reason is what `kubectl get pods` shows. */
export async function prepareContainer(scope: PrepareScope, container: ReadonlyContainer): Promise<PreparedContainer> {
  const last = findContainer(scope.runtime, container.name);
  const lastFinishedAt = last?.state === 'exited' ? last.finishedAt ?? 0 : undefined;
  if (lastFinishedAt !== undefined) checkBackoff(scope, container, lastFinishedAt);
  const image = await untilAborted(scope.images.ensureImage(scope.pod, container), scope.ending).catch((error: unknown) => {
    if (error instanceof SyncError && error.reason !== 'Canceled') scope.context.events.event(containerReference(scope.pod, container.name), 'Warning', 'Failed', `Error: ${error.reason}`);
    throw error;
  });
  return { container, lastFinishedAt, image, targetContainerId: targetOf(scope, container), attempt: last ? last.attempt + (last.state === 'created' ? 0 : 1) : 0 };
}

/** The container that an ephemeral one looks into. */
function targetOf({ context, pod, runtime }: PrepareScope, container: ReadonlyContainer): string | undefined {
  const { targetContainerName } = container as { targetContainerName?: string };
  if (!targetContainerName) return undefined;
  const target = findContainer(runtime, targetContainerName);
  if (target?.state === 'running') return target.id;
  const message = `unable to find target container ${targetContainerName}`;
  context.events.event(containerReference(pod, container.name), 'Warning', 'Failed', `Error: ${message}`);
  throw new SyncError('CreateContainerConfigError', message);
}

export interface StartedContainer {
  /** Gives up when the pod is to end. Rejects with SyncError. */
  postStart(ending: AbortSignal): Promise<void>;
}

/** Creates and starts the container; its postStart hook is the caller's to wait for. Rejects with SyncError. */
export async function startContainer(scope: StartScope, { container, image, attempt, lastFinishedAt, targetContainerId }: PreparedContainer): Promise<StartedContainer> {
  const { context, pod, sandbox } = scope;
  const reference = containerReference(pod, container.name);
  const failed = (reason: string, what = '') => (error: unknown): never => {
    const words = `${what}${error instanceof Error ? error.message : String(error)}`;
    context.events.event(reference, 'Warning', 'Failed', `Error: ${words}`);
    throw new SyncError(reason, words, { cause: error, retryAt: context.clock.now() + CREATE_RETRY });
  };

  const config = await makeContainerConfig(context, { pod, container, attempt, podIp: sandbox.ip, image, targetContainerId, volumes: scope.volumes }).catch(failed('CreateContainerConfigError'));
  const id = await context.cri.createContainer(sandbox.id, config, scope.sandboxConfig).catch(failed('CreateContainerError'));
  context.events.event(reference, 'Normal', 'Created', `Created container ${container.name}`);

  await scope.sandboxReady;
  if (lastFinishedAt !== undefined) scope.backoff.next(backoffKey(pod, container), lastFinishedAt);
  await context.cri.startContainer(id).catch(failed('RunContainerError', `failed to start container "${id.slice(0, 12)}": `));
  context.events.event(reference, 'Normal', 'Started', `Started container ${container.name}`);
  await ensureLogLinks(context, pod, container.name, id, attempt);
  return { postStart: (ending) => untilAborted(postStart(scope, container, id), ending) };
}

const backoffKey = (pod: ReadonlyPod, { name, image }: ReadonlyContainer) => `${uidOf(pod)}/${name}/${image}`;

function checkBackoff({ context, backoff, pod }: PrepareScope, container: ReadonlyContainer, finishedAt: number): void {
  const { name } = container;
  const waiting = backoff.waiting(backoffKey(pod, container), finishedAt);
  if (!waiting) return;
  context.events.event(containerReference(pod, name), 'Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${formatPod(pod)}`);
  const message = `back-off ${formatDuration(waiting.delay)} restarting failed container=${name} pod=${formatPod(pod)}`;
  throw new SyncError('CrashLoopBackOff', message, { retryAt: waiting.until });
}

async function postStart({ context, pod, sandbox }: StartScope, container: ReadonlyContainer, containerId: string): Promise<void> {
  const handler = container.lifecycle?.postStart;
  if (!handler) return;
  try {
    await runHook(context, handler, { container, containerId, address: pod.spec.hostNetwork ? context.nodeAddress : sandbox.ip });
  } catch (error) {
    const reference = containerReference(pod, container.name);
    context.events.event(reference, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    context.events.event(reference, 'Normal', 'Killing', 'FailedPostStartHook');
    await context.cri.stopContainer(containerId, pod.spec.terminationGracePeriodSeconds ?? 30);
    throw new SyncError('PostStartHookError', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Gives up waiting, not the action: a pod that is deleted does not wait for a registry or a hook. */
async function untilAborted<T>(action: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new SyncError('Canceled', 'the pod is being deleted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  action.catch(() => undefined);
  return Promise.race([action, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
