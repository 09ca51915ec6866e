import type { Engine } from './engine';
import { ignoreDone } from './errors';

export async function stopContainer({ docker }: Engine, id: string, timeoutSeconds: number): Promise<void> {
  await ignoreDone(docker.getContainer(id).stop({ t: Math.max(0, Math.ceil(timeoutSeconds)) }));
}
