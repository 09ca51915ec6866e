import type Dockerode from 'dockerode';
import { CriError } from '../cri-error';
import { connectDockerHost, describeDockerHost, type DockerHost, type DockerTls } from './docker-host';
import { engineMessage, statusCode, toCriError } from './errors';

export interface DockerHostInfo {
  /** The host's own name. */
  readonly hostname: string;
  /** `x86_64`, `aarch64` */
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly version: string;
}

/** A container that serves the host itself: in its network and process namespaces, with what it takes to set up others. */
export interface HostContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `/on/the/host:/in/the/container[:options]` */
  readonly binds: readonly string[];
  /** Put into the container before it is started; readable by root alone. */
  readonly files: Readonly<Record<string, string>>;
  /** Started again when it ends or the host restarts. */
  readonly alwaysRunning: boolean;
}

/** What a node part needs; no more, since many hosts do not give all. */
const CAPABILITIES = ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_PTRACE', 'SYS_MODULE', 'DAC_READ_SEARCH', 'SYS_NICE'];

const ANSWER_LIMIT = 15_000;
/** Somebody may have to type a passphrase. */
const SSH_LIMIT = 60_000;

/** A Docker daemon on any host: images and containers that are not pods. Rejects with CriError. */
export class DockerHostClient {
  /** Rejects when the daemon does not answer in time: a host that is switched off does not even refuse. */
  static async connect(host: DockerHost, tls?: DockerTls, limit = host.kind === 'ssh' ? SSH_LIMIT : ANSWER_LIMIT): Promise<DockerHostClient> {
    const docker = await connectDockerHost(host, tls);
    const abortSignal = AbortSignal.timeout(limit);
    await (docker as unknown as { ping(options: object): Promise<unknown> }).ping({ abortSignal }).catch((error: unknown) => {
      const why = abortSignal.aborted ? `no answer in ${limit / 1000} s` : engineMessage(error);
      throw new CriError('Unavailable', `the Docker daemon at ${describeDockerHost(host)} cannot be reached: ${why}`, { cause: error });
    });
    return new DockerHostClient(docker);
  }

  private constructor(private readonly docker: Dockerode) {}

  async info(): Promise<DockerHostInfo> {
    const { Name, Architecture, OperatingSystem, ServerVersion } = (await this.docker.info().catch(refuse)) as Record<string, string>;
    return { hostname: Name, architecture: Architecture, operatingSystem: OperatingSystem, version: ServerVersion };
  }

  async hasImage(name: string): Promise<boolean> {
    return this.docker.getImage(name).inspect().then(() => true, (error: unknown) => (statusCode(error) === 404 ? false : refuse(error)));
  }

  /** From a tar of a root directory. */
  async importImage(name: string, root: NodeJS.ReadableStream, changes: readonly string[]): Promise<void> {
    const [repo, tag] = name.split(':');
    const answer = await this.docker.importImage(root, { repo, tag, changes: [...changes] } as object).catch(refuse);
    for await (const chunk of answer) void chunk;
  }

  /** Starts it, in the place of the one that has its name now. */
  async replace({ name, image, command, labels, binds, files, alwaysRunning }: HostContainer): Promise<void> {
    await this.remove(name);
    const container = await this.docker.createContainer({
      name, Image: image, Cmd: [...command], Labels: { ...labels },
      HostConfig: {
        NetworkMode: 'host', PidMode: 'host', IpcMode: 'host', Binds: [...binds], CapAdd: CAPABILITIES, ReadonlyPaths: [], MaskedPaths: [],
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
        RestartPolicy: { Name: alwaysRunning ? 'always' : 'no' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      },
    }).catch(refuse);
    await container.putArchive(await archive(files), { path: '/' }).catch(refuse);
    await container.start().catch(refuse);
  }

  /** Resolves with the exit code. */
  async waitFor(name: string): Promise<number> {
    const { StatusCode } = (await this.docker.getContainer(name).wait().catch(refuse)) as { StatusCode: number };
    return StatusCode;
  }

  /** Its last words. */
  async logs(name: string, lines: number): Promise<string> {
    const bytes = await this.docker.getContainer(name).logs({ stdout: true, stderr: true, tail: lines, follow: false }).catch(refuse);
    return plainText(bytes as unknown as Buffer);
  }

  /** Idempotent. */
  async remove(name: string): Promise<void> {
    await this.docker.getContainer(name).remove({ force: true, v: true }).catch((error: unknown) => { if (statusCode(error) !== 404) throw toCriError(error); });
  }
}

function refuse(error: unknown): never {
  throw toCriError(error);
}

async function archive(files: Readonly<Record<string, string>>): Promise<NodeJS.ReadableStream> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const [file, text] of Object.entries(files)) tar.entry({ name: file.replace(/^\//, ''), mode: 0o600 }, text);
  tar.finalize();
  return tar as unknown as NodeJS.ReadableStream;
}

/** Without the eight bytes in front of each piece. */
function plainText(bytes: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + 8, at + 8 + size).toString('utf8'));
    at += 8 + size;
  }
  return parts.join('');
}
