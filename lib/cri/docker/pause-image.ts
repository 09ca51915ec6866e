import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { packageFile } from '../../base/package-root';
import { statusCode, toCriError } from './errors';

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', amd64: 'amd64', aarch64: 'arm64', arm64: 'arm64' };

/** Name of the sandbox image of this version of the pause program; imported from the package when the engine does not have it. */
export async function ensurePauseImage(docker: Dockerode): Promise<string> {
  const { Architecture } = (await docker.info()) as { Architecture: string };
  const architecture = ARCHITECTURES[Architecture];
  if (!architecture) throw new Error(`the Docker engine runs on ${Architecture}, and there is a pause program for amd64 and arm64 only; use such a host`);

  const program = await readFile(packageFile(`lib/cri/docker/pause/pause-${architecture}`));
  const repository = 'cdk8s-twelve-factor/pause';
  const tag = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const name = `${repository}:${tag}`;
  try {
    await docker.getImage(name).inspect();
  } catch (error) {
    if (statusCode(error) !== 404) throw toCriError(error);
    await importProgram(docker, program, repository, tag);
  }
  return name;
}

async function importProgram(docker: Dockerode, program: Buffer, repo: string, tag: string): Promise<void> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name: 'pause', mode: 0o755 }, program);
  archive.finalize();
  const answer = await docker.importImage(archive as unknown as NodeJS.ReadableStream, { repo, tag });
  for await (const chunk of answer) void chunk;
}
