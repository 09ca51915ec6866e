import type { ContainerState } from '../cri';
import { toContainerState } from './convert';
import type { Engine } from './engine';
import { toCriError } from './errors';

export async function containerStatus({ docker }: Engine, id: string): Promise<ContainerState> {
  try {
    return toContainerState(await docker.getContainer(id).inspect());
  } catch (error) {
    throw toCriError(error);
  }
}
