import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { type BuildContextOptions, contextEntries } from '../../base/build-context/build-context';
import type { RegistryAuth } from '../cri';
import { CriError } from '../cri-error';
import { connectDockerHost, describeDockerHost, type DockerHost, type DockerTls } from './docker-host';
import { engineMessage, statusCode, toCriError } from './errors';

/** One line of a build's or push's answer. */
interface Message {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
  readonly aux?: { readonly Digest?: string };
}

export interface BuildOptions extends BuildContextOptions {
  readonly name: string;
  readonly signal: AbortSignal;
  /** Whole lines, as the builder prints them. */
  readonly onLine: (line: string) => void;
}

/** Lines of a failed build that are told again. */
const LAST_LINES = 10;

/** Images on one Docker daemon: built, pushed, and moved to others. Rejects with CriError. */
export class ImageBuilder {
  static async connect(host: DockerHost, tls?: DockerTls): Promise<ImageBuilder> {
    return new ImageBuilder(await connectDockerHost(host, tls), describeDockerHost(host));
  }

  private constructor(private readonly docker: Dockerode, readonly address: string) {}

  async has(name: string): Promise<boolean> {
    return this.docker.getImage(name).inspect().then(() => true, (error: unknown) => (statusCode(error) === 404 ? false : this.refuse(error)));
  }

  /** Images that `FROM` names are taken as they are here; only what is missing is pulled. A failure names the step and repeats its last lines. */
  async build({ name, directory, dockerfile, target, buildArguments, signal, onLine }: BuildOptions): Promise<void> {
    const answer = await this.docker.buildImage(await contextArchive({ directory, dockerfile }), {
      t: name, dockerfile, buildargs: { ...buildArguments }, rm: true, forcerm: true, ...(target && { target }), abortSignal: signal,
    }).catch((error: unknown) => this.refuse(error));
    let step = '';
    const said: string[] = [];
    for await (const { stream = '', status, error } of messages(answer)) {
      if (error) throw new CriError('Failed', [`${step ? `${step}: ` : ''}${error.trim()}`, ...said.slice(-LAST_LINES).map((line) => `  | ${line}`)].join('\n'));
      for (const line of (status ?? stream).split('\n').map((text) => text.trimEnd()).filter(Boolean)) {
        if (/^Step \d+\/\d+ : /.test(line)) {
          step = line;
          said.length = 0;
        } else said.push(line);
        onLine(line);
      }
    }
  }

  /** Takes the name away, and with it what has no other. */
  async remove(name: string): Promise<void> {
    await this.docker.getImage(name).remove().catch((error: unknown) => { if (statusCode(error) !== 404) this.refuse(error); });
  }

  /** Resolves with the digest under which the registry has it. */
  async push(name: string, auth: RegistryAuth | undefined, onLine: (line: string) => void): Promise<string> {
    const answer = await this.docker.getImage(name).push({ authconfig: toAuthConfig(auth) }).catch((error: unknown) => this.refuse(error));
    let digest: string | undefined;
    for await (const { status, id, error, aux } of messages(answer)) {
      if (error) throw new CriError('Failed', error.trim());
      digest = aux?.Digest ?? digest;
      if (status && !/^(Pushing|Waiting|Preparing)$/.test(status)) onLine([id, status].filter(Boolean).join(': '));
    }
    if (!digest) throw new CriError('Failed', `the registry took ${name} and did not say its digest`);
    return digest;
  }

  /** What the registry has under the name; undefined when it has no such image. */
  async tryRegistryDigest(name: string, auth: RegistryAuth | undefined): Promise<string | undefined> {
    const image = this.docker.getImage(name) as unknown as { distribution(options: object): Promise<{ readonly Descriptor: { readonly digest: string } }> };
    try {
      return (await image.distribution(auth ? { authconfig: toAuthConfig(auth) } : {})).Descriptor.digest;
    } catch (error) {
      // A registry that lets nobody read what is not there says "denied"; the push will tell whether it is meant.
      if (statusCode(error) === 404 || statusCode(error) === 403 || statusCode(error) === 401 || /manifest unknown|not found|denied|unauthorized/i.test(engineMessage(error))) return undefined;
      return this.refuse(error);
    }
  }

  /** Sends an image of this daemon to another one. */
  async copyTo(other: ImageBuilder, name: string): Promise<void> {
    const archive = await this.docker.getImage(name).get().catch((error: unknown) => this.refuse(error));
    const answer = await other.docker.loadImage(archive, { quiet: true }).catch((error: unknown) => other.refuse(error));
    for await (const { error } of messages(answer)) if (error) throw new CriError('Failed', `${other.address}: ${error}`);
  }

  private refuse(error: unknown): never {
    const { reason, message } = toCriError(error);
    throw new CriError(reason, reason === 'Unavailable' ? `the Docker daemon at ${this.address} cannot be reached: ${engineMessage(error)}` : message, { cause: error });
  }
}

const toAuthConfig = ({ username, password, serverAddress, identityToken }: RegistryAuth = {}) => ({ username, password, serveraddress: serverAddress, identitytoken: identityToken });

async function* messages(answer: NodeJS.ReadableStream): AsyncGenerator<Message> {
  let rest = '';
  for await (const chunk of answer as AsyncIterable<Buffer | string>) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as Message;
  }
  if (rest.trim()) yield JSON.parse(rest) as Message;
}

/** Owner, times and all of the modes but the right to run are the same on every machine, so that the image is what its hash says. */
async function contextArchive(context: Pick<BuildContextOptions, 'directory' | 'dockerfile'>): Promise<NodeJS.ReadableStream> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const common = { uid: 0, gid: 0, mtime: new Date(0) };
  const write = (header: object, bytes?: Buffer) => new Promise<void>((resolve, reject) => {
    archive.entry({ ...common, ...header } as Parameters<typeof archive.entry>[0], bytes ?? '', (error) => (error ? reject(error) : resolve()));
  });
  const fill = async () => {
    for (const entry of contextEntries(context)) {
      if (entry.type === 'directory') await write({ name: entry.name, type: 'directory', mode: 0o755 });
      else if (entry.type === 'symlink') await write({ name: entry.name, type: 'symlink', linkname: entry.target, mode: 0o777 });
      else await write({ name: entry.name, mode: entry.executable ? 0o755 : 0o644 }, fs.readFileSync(path.join(context.directory, entry.name)));
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return archive as unknown as Readable;
}
