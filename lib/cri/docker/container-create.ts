import { readFile } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import type { ContainerConfig, ContainerSecurity, Mount, PodSandboxConfig, SeccompProfile } from '../cri';
import { CriError } from '../cri-error';
import type { Engine } from './engine';
import { statusCode, toCriError } from './errors';
import { containerLabels } from './labels';
import { containerName } from './naming';

export async function createContainer(engine: Engine, sandbox: string, config: ContainerConfig, sandboxConfig: PodSandboxConfig): Promise<string> {
  const options = containerOptions(engine, sandbox, config, sandboxConfig, await seccompOption(config.security.seccomp));
  try {
    return (await engine.docker.createContainer(options)).id;
  } catch (error) {
    if (statusCode(error) === 404) throw new CriError('ImageNotFound', `the image "${config.image}" is not on this node`, { cause: error });
    if (statusCode(error) !== 409) throw toCriError(error);
    await engine.docker.getContainer(options.name ?? '').remove({ force: true });
    return (await engine.docker.createContainer(options)).id;
  }
}

/** Pure. */
export function containerOptions(
  { runtime, mayLowerOomScore }: Pick<Engine, 'runtime' | 'mayLowerOomScore'>, sandbox: string, config: ContainerConfig, sandboxConfig: PodSandboxConfig, seccomp: string | undefined,
): Dockerode.ContainerCreateOptions {
  const { resources, security } = config;
  const ofSandbox = `container:${sandbox}`;
  const oomScore = resources.oomScoreAdjustment ?? 0;
  return {
    name: containerName(config.name, sandboxConfig.pod, config.attempt),
    Image: config.image,
    ...(config.command.length > 0 && { Entrypoint: [...config.command] }),
    ...(config.args.length > 0 && { Cmd: [...config.args] }),
    ...(config.workingDirectory && { WorkingDir: config.workingDirectory }),
    ...(security.user !== undefined && { User: security.user }),
    Env: config.environment.map(({ name, value }) => `${name}=${value}`),
    Labels: containerLabels(runtime, sandbox, config, sandboxConfig),
    OpenStdin: config.stdin,
    StdinOnce: config.stdinOnce,
    Tty: config.tty,
    // The kubelet probes; a HEALTHCHECK of the image would run beside that.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: ofSandbox,
      IpcMode: sandboxConfig.hostIpc ? 'host' : ofSandbox,
      PidMode: pidMode(config, sandboxConfig, ofSandbox),
      Mounts: config.mounts.map(toMount),
      CpuShares: resources.cpuShares,
      ...(resources.cpuQuota && { CpuQuota: resources.cpuQuota, CpuPeriod: 100_000 }),
      // Equal limits: the engine's default would add as much swap again.
      ...(resources.memoryBytes && { Memory: resources.memoryBytes, MemorySwap: resources.memoryBytes }),
      ...(resources.pidsLimit && { PidsLimit: resources.pidsLimit }),
      OomScoreAdj: mayLowerOomScore ? oomScore : Math.max(oomScore, 0),
      Privileged: security.privileged,
      ReadonlyRootfs: security.readOnlyRootFilesystem,
      CapAdd: [...security.addCapabilities],
      CapDrop: [...security.dropCapabilities],
      GroupAdd: security.supplementalGroups.map(String),
      SecurityOpt: securityOptions(security, seccomp),
      LogConfig: { Type: 'json-file', Config: config.logs ? { 'max-size': String(config.logs.maximumBytes), 'max-file': String(config.logs.maximumFiles) } : {} },
    },
  };
}

function pidMode({ targetContainerId }: ContainerConfig, { hostPid, sharePid }: PodSandboxConfig, ofSandbox: string): string {
  if (hostPid) return 'host';
  if (sharePid) return ofSandbox;
  return targetContainerId ? `container:${targetContainerId}` : '';
}

function securityOptions({ noNewPrivileges, appArmorProfile }: ContainerSecurity, seccomp: string | undefined): string[] {
  return [...(noNewPrivileges ? ['no-new-privileges'] : []), ...(seccomp ? [`seccomp=${seccomp}`] : []), ...(appArmorProfile ? [`apparmor=${appArmorProfile}`] : [])];
}

/** undefined is the engine's own profile. */
async function seccompOption(profile: SeccompProfile): Promise<string | undefined> {
  if (profile.type !== 'Localhost') return profile.type === 'Unconfined' ? 'unconfined' : undefined;
  return readFile(profile.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CriError('Failed', `cannot load seccomp profile "${profile.path}": ${error.code === 'ENOENT' ? 'no such file or directory' : error.message}`, { cause: error });
  });
}

/** The engine's default is private too, but for paths that hold its own files, which have to be slaves. */
const PROPAGATION = { None: undefined, HostToContainer: 'rslave', Bidirectional: 'rshared' } as const;

function toMount({ hostPath, containerPath, readOnly, propagation = 'None' }: Mount): Dockerode.MountSettings {
  const mode = PROPAGATION[propagation];
  return { Type: 'bind', Source: hostPath, Target: containerPath, ReadOnly: readOnly, ...(mode && { BindOptions: { Propagation: mode } }) };
}
