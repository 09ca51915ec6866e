import type { Engine } from './engine';
import { ignoreDone } from './errors';

export async function removeContainer({ docker }: Engine, id: string): Promise<void> {
  await ignoreDone(docker.getContainer(id).remove({ force: true, v: true }));
}
