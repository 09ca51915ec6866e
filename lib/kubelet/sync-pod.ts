import type { PodSandboxConfig } from '../cri/cri';
import { startContainer, prepareContainer, type PreparedContainer, type PrepareScope } from './start-container';
import type { CrashBackoff } from './crash-backoff';
import type { ImagePuller } from './image-puller';
import { podReference, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import type { Limiter } from './limiter';
import type { ContainerToStart, PodActions } from './pod-actions';
import { readySandbox, type PodRuntime } from './pod-runtime';
import { sandboxConfig } from './sandbox-config';
import type { MountedVolumes } from './volume-mounts';
import { isLive, VolumeError, type VolumeManager } from './volumes/volume-manager';
import { SyncError } from './waiting-reason';

export interface SyncScope {
  readonly context: KubeletContext;
  readonly backoff: CrashBackoff;
  readonly images: ImagePuller;
  readonly volumes: VolumeManager;
  readonly limiter: Limiter;
  readonly hostDns: NonNullable<PodSandboxConfig['dns']>;
}

export interface SyncResult {
  /** Something runs now that did not before. */
  readonly progressed: boolean;
  /** By container name: why it does not run. */
  readonly failures: ReadonlyMap<string, SyncError>;
}

type Failures = Map<string, SyncError>;

/** Starts what the pod needs: volumes, images, sandbox, containers in their order. Rejects when it cannot be done for the pod as a whole. */
export async function startPod(scope: SyncScope, pod: ReadonlyPod, runtime: PodRuntime, actions: PodActions, ending: AbortSignal): Promise<SyncResult> {
  const { limiter } = scope;
  const podIp = readySandbox(runtime)?.ip ?? '';
  const volumes = await setUpVolumes(scope, pod, podIp);
  const failures: Failures = new Map();
  const prepared = await prepareAll({ ...scope, pod, runtime, ending }, actions.start, failures);
  if (ending.aborted || (prepared.length === 0 && !actions.createSandbox)) return { progressed: false, failures };

  const config = configureSandbox(scope, pod, actions.sandboxAttempt);
  const [first, ...others] = prepared;
  const { sandbox, started } = await limiter.run(async () => {
    const running = actions.createSandbox ? runSandbox(scope, pod, config) : existingSandbox(runtime);
    const created = await running.created;
    const mounted = actions.createSandbox && showsAddress(pod) ? await setUpVolumes(scope, pod, created.ip) : volumes;
    const firstScope = { ...scope, pod, volumes: mounted, sandbox: created, sandboxConfig: config, sandboxReady: running.ready };
    const begun = first && await attempt(failures, first, () => startContainer(firstScope, first));
    await running.ready;
    return { sandbox: { ...created, volumes: mounted }, started: begun };
  });
  await started?.postStart(ending).catch((error: SyncError) => failures.set(first.container.name, error));
  for (const container of others) {
    const containerScope = { ...scope, pod, volumes: sandbox.volumes, sandbox, sandboxConfig: config, sandboxReady: Promise.resolve() };
    if (ending.aborted) break;
    const next = await limiter.run(() => attempt(failures, container, () => startContainer(containerScope, container)));
    await next?.postStart(ending).catch((error: SyncError) => failures.set(container.container.name, error));
  }
  return { progressed: actions.createSandbox || prepared.some(({ container }) => !failures.has(container.name)), failures };
}

/** Backoff and image of each container, before anything waits for a slot. An init container alone decides on what comes after it. */
async function prepareAll(scope: PrepareScope, start: readonly ContainerToStart[], failures: Failures): Promise<PreparedContainer[]> {
  const prepared = await Promise.all(start.map(({ container }) => (
    attempt(failures, { container }, () => prepareContainer(scope, container))
  )));
  return prepared.filter((container) => container !== undefined);
}

async function attempt<T>(failures: Failures, { container }: Pick<PreparedContainer, 'container'>, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    failures.set(container.name, error);
    return undefined;
  }
}

async function setUpVolumes({ context, volumes }: SyncScope, pod: ReadonlyPod, podIp: string): Promise<MountedVolumes> {
  try {
    return await volumes.setUp(pod, podIp);
  } catch (error) {
    const problems = error instanceof VolumeError ? error.problems : [String(error)];
    for (const problem of problems) context.events.event(podReference(pod), 'Warning', 'FailedMount', problem);
    throw error;
  }
}

function configureSandbox({ context, hostDns }: SyncScope, pod: ReadonlyPod, attempt: number): PodSandboxConfig {
  try {
    return sandboxConfig(context, pod, attempt, hostDns);
  } catch (error) {
    throw sandboxFailed(context, pod, error);
  }
}

function sandboxFailed(context: KubeletContext, pod: ReadonlyPod, error: unknown): unknown {
  context.events.event(podReference(pod), 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error instanceof Error ? error.message : String(error)}`);
  return error;
}

/** `created` comes long before `ready`: containers are created in between. */
function runSandbox({ context }: SyncScope, pod: ReadonlyPod, config: PodSandboxConfig) {
  let ready: Promise<unknown> = Promise.resolve();
  const created = new Promise<{ readonly id: string; readonly ip: string }>((resolve, reject) => {
    ready = context.cri.runPodSandbox(config, resolve).catch((error: unknown) => {
      const failure = sandboxFailed(context, pod, error);
      reject(failure);
      throw failure;
    });
  });
  // Whoever awaits these gets the error; a second one that nobody awaits any more must not end the process.
  ready.catch(() => undefined);
  created.catch(() => undefined);
  return { created, ready };
}

function existingSandbox(runtime: PodRuntime) {
  const sandbox = readySandbox(runtime);
  if (!sandbox) throw new Error('the sandbox went away while its containers were prepared');
  return { created: Promise.resolve(sandbox), ready: Promise.resolve(sandbox) };
}

/** Volumes that show the pod's address are made again once there is one. */
function showsAddress(pod: ReadonlyPod): boolean {
  return (pod.spec.volumes ?? []).some((volume) => isLive(volume) && /"status\.(podIP|podIPs)"/.test(JSON.stringify(volume)));
}
