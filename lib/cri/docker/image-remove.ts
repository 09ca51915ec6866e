import type { Engine } from './engine';
import { ignoreDone } from './errors';

export async function removeImage({ docker }: Engine, image: string): Promise<void> {
  await ignoreDone(docker.getImage(image).remove());
}
