import type { RuntimeImage } from '../cri';
import type { Engine } from './engine';
import { statusCode, toCriError } from './errors';

export async function imageStatus({ docker }: Engine, image: string): Promise<RuntimeImage | undefined> {
  try {
    const info = await docker.getImage(image).inspect();
    return { id: info.Id, tags: info.RepoTags ?? [], digests: info.RepoDigests ?? [], size: info.Size, user: info.Config?.User ?? '' };
  } catch (error) {
    // 400: not a reference the engine understands
    if (statusCode(error) === 404 || statusCode(error) === 400) return undefined;
    throw toCriError(error);
  }
}
