import type { Engine } from './engine';
import { toCriError } from './errors';

export async function imageDirectory({ docker }: Engine): Promise<string | undefined> {
  try {
    const { DockerRootDir } = (await docker.info()) as { readonly DockerRootDir?: string };
    return DockerRootDir || undefined;
  } catch (error) {
    throw toCriError(error);
  }
}
