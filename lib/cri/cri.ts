import type { Duplex, Readable, Writable } from 'node:stream';
import type { HostPort } from './pod-network';

/**
 * The container runtime interface: upstream's verbs, as the kubelet calls them. Nothing but types; `lib/cri/docker` is the real one,
 * `lib/testing/fake-cri.ts` the one in memory, and both pass test/contract/cri.ts.
 *
 * The runtime keeps no state of its own: labels and annotations given at creation come back from every list, so a restarted kubelet
 * adopts what it finds. Verbs that stop or remove are idempotent: what is gone already counts as done. All verbs may be called concurrently.
 */
export interface ContainerRuntime {
  version(): Promise<RuntimeVersion>;
  /** Never rejects: an engine that does not answer is `ready: false` with the reason. */
  status(): Promise<RuntimeStatus>;
  /** What changes in containers and sandboxes. Ends when the signal aborts, fails when the engine goes away: relist after that. */
  events(signal: AbortSignal): AsyncIterable<ContainerEvent>;

  /**
   * Creates and starts a sandbox, network included. `onCreated` is called as soon as its id and address are known, long before it runs,
   * so that containers can be created (not started) in the meantime.
   */
  runPodSandbox(config: PodSandboxConfig, onCreated?: (sandbox: { readonly id: string; readonly ip: string }) => void): Promise<PodSandbox>;
  /** Stops its containers first, then frees its address. */
  stopPodSandbox(id: string): Promise<void>;
  /** Removes its containers too. */
  removePodSandbox(id: string): Promise<void>;
  /** Newest first. */
  listPodSandboxes(filter?: RuntimeFilter): Promise<readonly PodSandbox[]>;

  createContainer(sandbox: string, config: ContainerConfig, sandboxConfig: PodSandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Asks the process to end (its image's stop signal, else TERM) and kills it after the timeout. Resolves when it is dead. */
  stopContainer(id: string, timeoutSeconds: number): Promise<void>;
  /** Kills it when it runs. */
  removeContainer(id: string): Promise<void>;
  /** Newest first. */
  listContainers(filter?: RuntimeFilter): Promise<readonly ContainerSummary[]>;
  /** Rejects with ContainerNotFound. */
  containerStatus(id: string): Promise<ContainerState>;

  /** Runs a command to its end. Its exit code is an answer, not an error; rejects with ExecTimeout when it takes too long. */
  execSync(id: string, command: readonly string[], timeoutSeconds?: number): Promise<ExecResult>;
  exec(id: string, command: readonly string[], options: StreamOptions): Promise<StreamSession>;
  attach(id: string, options: StreamOptions): Promise<StreamSession>;
  /** A connection to a port on the loopback of the sandbox. An error of the stream says why there is none. */
  portForward(sandbox: string, port: number): Promise<Duplex>;

  /** Resolves with the id of the image. Errors carry the engine's words. */
  pullImage(image: string, auth?: RegistryAuth): Promise<string>;
  /** undefined when it is not here. */
  imageStatus(image: string): Promise<RuntimeImage | undefined>;
  listImages(): Promise<readonly RuntimeImage[]>;
  removeImage(image: string): Promise<void>;
  /** Where on the host images and writable layers lie; undefined when that is not told. */
  imageDirectory(): Promise<string | undefined>;

  /** What the container wrote, in order. The consumer sets the pace. */
  containerLogs(id: string, options: LogOptions): AsyncIterable<LogChunk>;
  /** undefined when it does not run. `disk` also counts what it wrote, which takes long. */
  containerStats(id: string, options?: { readonly disk?: boolean }): Promise<ContainerStats | undefined>;
}

export interface RuntimeVersion {
  /** `docker`. */
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

export interface RuntimeStatus {
  readonly ready: boolean;
  readonly message: string;
  /** What this host cannot do as Kubernetes would; each is worth telling the user once. */
  readonly notices: readonly string[];
}

export interface ContainerEvent {
  readonly type: 'created' | 'started' | 'stopped' | 'removed';
  readonly podUid: string;
  readonly containerId: string;
}

/** All given parts must match. */
export interface RuntimeFilter {
  readonly podUid?: string;
  readonly id?: string;
}

export interface PodIdentity {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
}

export interface PodSandboxConfig {
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly hostname: string;
  readonly dns?: { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] };
  readonly hostPorts: readonly HostPort[];
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  /** Containers see each other's processes, the sandbox's pause being process 1. */
  readonly sharePid: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PodSandbox {
  readonly id: string;
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly ready: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** '' for pods on the host's network. */
  readonly ip: string;
  readonly hostNetwork: boolean;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** In place of the image's entrypoint, when not empty. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** A container of the pod whose processes this one sees. */
  readonly targetContainerId?: string;
  readonly resources: ContainerResources;
  /** @default the engine's */
  readonly logs?: { readonly maximumBytes: number; readonly maximumFiles: number };
  readonly security: ContainerSecurity;
}

export interface Mount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly propagation?: 'None' | 'HostToContainer' | 'Bidirectional';
}

export interface ContainerResources {
  readonly cpuShares?: number;
  /** Of a period of 100,000 µs. */
  readonly cpuQuota?: number;
  readonly memoryBytes?: number;
  readonly pidsLimit?: number;
  readonly oomScoreAdjustment?: number;
}

export interface ContainerSecurity {
  /** `uid`, `uid:gid` or a name; the image's user when left out. */
  readonly user?: string;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly noNewPrivileges: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly seccomp: SeccompProfile;
  /** Name of a profile of the host; the engine's own when left out. */
  readonly appArmorProfile?: string;
}

/** `Localhost` is a file of the host, in the engine's JSON. */
export type SeccompProfile = { readonly type: 'RuntimeDefault' | 'Unconfined' } | { readonly type: 'Localhost'; readonly path: string };

export interface ContainerSummary {
  readonly id: string;
  readonly sandboxId: string;
  readonly pod: PodIdentity;
  readonly name: string;
  readonly attempt: number;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerState extends ContainerSummary {
  readonly image: string;
  /** `sha256:…`, or the repository digest where there is one. */
  readonly imageId: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** The engine's words about a start that failed. */
  readonly error: string;
  readonly logPath: string;
  readonly tty: boolean;
  /** Process id on the host while it runs. */
  readonly pid?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A command or container with its streams connected. All streams have back-pressure. */
export interface StreamSession {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  resize(width: number, height: number): Promise<void>;
  /** After both outputs have ended: the exit code (0 for attach). */
  exitCode(): Promise<number>;
  /** Disconnects. */
  close(): void;
}

export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly serverAddress?: string;
  readonly identityToken?: string;
}

export interface RuntimeImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  /** As the image says: '' is root. */
  readonly user: string;
}

export interface LogOptions {
  readonly follow?: boolean;
  /** The last so many lines. */
  readonly tail?: number;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
}

export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface ContainerStats {
  readonly cpuNanoseconds: number;
  readonly memoryUsageBytes: number;
  readonly memoryWorkingSetBytes: number;
  readonly memoryRssBytes: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
  readonly network?: { readonly receivedBytes: number; readonly receiveErrors?: number; readonly sentBytes: number; readonly sendErrors?: number };
  /** Only with `disk`. */
  readonly writableLayerBytes?: number;
}
