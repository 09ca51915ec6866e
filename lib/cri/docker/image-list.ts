import type { RuntimeImage } from '../cri';
import type { Engine } from './engine';
import { toCriError } from './errors';

export async function listImages({ docker }: Engine): Promise<readonly RuntimeImage[]> {
  try {
    const images = await docker.listImages();
    return images.map(({ Id, RepoTags, RepoDigests, Size }) => ({ id: Id, tags: RepoTags ?? [], digests: RepoDigests ?? [], size: Size, user: '' }));
  } catch (error) {
    throw toCriError(error);
  }
}
