import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import { systemClock, type Clock } from '../../base/clock';
import { silentLogger, type Logger } from '../../base/logger';
import type * as cri from '../cri';
import type { PodNetwork } from '../pod-network';
import { attach } from './attach';
import { CgroupReader } from './cgroup-reader';
import { createContainer } from './container-create';
import { listContainers } from './container-list';
import { containerLogs } from './container-logs';
import { removeContainer } from './container-remove';
import { startContainer } from './container-start';
import { containerStats } from './container-stats';
import { containerStatus } from './container-status';
import { stopContainer } from './container-stop';
import { connect, type Engine, type EngineAddress } from './engine';
import { events } from './events';
import { exec } from './exec';
import { execSync } from './exec-sync';
import { imageDirectory } from './image-directory';
import { listImages } from './image-list';
import { pullImage } from './image-pull';
import { removeImage } from './image-remove';
import { imageStatus } from './image-status';
import { sandboxKey } from './naming';
import { ensurePauseImage } from './pause-image';
import { portForward } from './port-forward';
import { listPodSandboxes } from './sandbox-list';
import { removePodSandbox } from './sandbox-remove';
import { runPodSandbox } from './sandbox-run';
import { stopPodSandbox } from './sandbox-stop';
import { status, version } from './status';

export interface DockerRuntimeConfig extends EngineAddress {
  /** Tells this runtime's containers from those of others on the same engine. */
  readonly runtime: string;
  readonly network: PodNetwork;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Kubernetes' container runtime interface on a Docker engine. */
export class DockerRuntime implements cri.ContainerRuntime {
  /** Connects lazily: an engine that is down is found out by the first verb. */
  static async open(config: DockerRuntimeConfig): Promise<DockerRuntime> {
    const docker = await connect(config);
    return new DockerRuntime({
      docker,
      runtime: config.runtime,
      network: config.network,
      clock: config.clock ?? systemClock,
      logger: config.logger ?? silentLogger,
      mayLowerOomScore: await hasSystemResourceCapability(),
      cgroups: new CgroupReader(),
      pauseImage: rememberSuccess(() => ensurePauseImage(docker)),
    });
  }

  private constructor(private readonly engine: Engine) {}

  /** For what is done on the engine beside containers: loading images. */
  get docker(): Dockerode {
    return this.engine.docker;
  }

  /** Prepares the host: the pause image and the pod network, which learns the addresses that living sandboxes have. */
  async start(): Promise<void> {
    const [sandboxes] = await Promise.all([this.listPodSandboxes(), this.engine.pauseImage()]);
    const living = sandboxes.filter(({ ready, hostNetwork }) => ready && !hostNetwork);
    await this.engine.network.start(living.map(({ pod, attempt, ip }) => ({ sandboxKey: sandboxKey(pod, attempt), address: ip })));
  }

  /** Removes every sandbox and container of this runtime, and the pod network. */
  async removeAll(): Promise<void> {
    const [sandboxes, containers] = await Promise.all([this.listPodSandboxes(), this.listContainers()]);
    await Promise.all(containers.map(({ id }) => this.removeContainer(id)));
    await Promise.all(sandboxes.map(({ id }) => this.removePodSandbox(id)));
    await this.engine.network.remove();
  }

  readonly version = () => version(this.engine);
  readonly status = () => status(this.engine);
  readonly events = (signal: AbortSignal) => events(this.engine, signal);

  readonly runPodSandbox: cri.ContainerRuntime['runPodSandbox'] = (config, onCreated) => runPodSandbox(this.engine, config, onCreated);
  readonly stopPodSandbox = (id: string) => stopPodSandbox(this.engine, id);
  readonly removePodSandbox = (id: string) => removePodSandbox(this.engine, id);
  readonly listPodSandboxes = (filter?: cri.RuntimeFilter) => listPodSandboxes(this.engine, filter);

  readonly createContainer: cri.ContainerRuntime['createContainer'] = (sandbox, config, sandboxConfig) => createContainer(this.engine, sandbox, config, sandboxConfig);
  readonly startContainer = (id: string) => startContainer(this.engine, id);
  readonly stopContainer = (id: string, timeoutSeconds: number) => stopContainer(this.engine, id, timeoutSeconds);
  readonly removeContainer = (id: string) => removeContainer(this.engine, id);
  readonly listContainers = (filter?: cri.RuntimeFilter) => listContainers(this.engine, filter);
  readonly containerStatus = (id: string) => containerStatus(this.engine, id);

  readonly execSync: cri.ContainerRuntime['execSync'] = (id, command, timeoutSeconds) => execSync(this.engine, id, command, timeoutSeconds);
  readonly exec: cri.ContainerRuntime['exec'] = (id, command, options) => exec(this.engine, id, command, options);
  readonly attach: cri.ContainerRuntime['attach'] = (id, options) => attach(this.engine, id, options);
  readonly portForward = (sandbox: string, port: number): Promise<Duplex> => portForward(this.engine, sandbox, port);

  readonly pullImage = (image: string, auth?: cri.RegistryAuth) => pullImage(this.engine, image, auth);
  readonly imageStatus = (image: string) => imageStatus(this.engine, image);
  readonly listImages = () => listImages(this.engine);
  readonly imageDirectory = () => imageDirectory(this.engine);
  readonly removeImage = (image: string) => removeImage(this.engine, image);

  readonly containerLogs = (id: string, options: cri.LogOptions) => containerLogs(this.engine, id, options);
  readonly containerStats = (id: string, options?: { readonly disk?: boolean }) => containerStats(this.engine, id, options);
}

const CAP_SYS_RESOURCE = 24n;

/** Whether anything on this host may have CAP_SYS_RESOURCE: the engine has no more than its machine. */
async function hasSystemResourceCapability(): Promise<boolean> {
  const text = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(text)?.[1];
  return bounding === undefined || ((BigInt(`0x${bounding}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/** One action for all concurrent callers; a failure is tried again by the next. */
function rememberSuccess<T>(action: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= action().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}
