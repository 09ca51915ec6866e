import { CriError } from '../cri-error';
import type { Engine } from './engine';
import { engineMessage, statusCode, toCriError } from './errors';

export async function startContainer({ docker }: Engine, id: string): Promise<void> {
  try {
    await docker.getContainer(id).start();
  } catch (error) {
    if (statusCode(error) === 304) return;
    if (statusCode(error) === 400 || statusCode(error) === 500) throw new CriError('StartError', engineMessage(error), { cause: error });
    throw toCriError(error);
  }
}
