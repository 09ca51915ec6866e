import type { PodSandbox, RuntimeFilter } from '../cri';
import { POD_UID } from '../labels';
import { toSandbox } from './convert';
import type { Engine } from './engine';
import { toCriError } from './errors';
import { RUNTIME, TYPE } from './labels';

export async function listPodSandboxes(engine: Engine, filter: RuntimeFilter = {}): Promise<readonly PodSandbox[]> {
  return (await listOfType(engine, 'podsandbox', filter)).map(toSandbox);
}

/** The engine lists newest first. */
export async function listOfType({ docker, runtime }: Engine, type: 'podsandbox' | 'container', { podUid, id }: RuntimeFilter) {
  const label = [`${TYPE}=${type}`, `${RUNTIME}=${runtime}`, ...(podUid ? [`${POD_UID}=${podUid}`] : [])];
  try {
    return await docker.listContainers({ all: true, filters: { label, ...(id && { id: [id] }) } });
  } catch (error) {
    throw toCriError(error);
  }
}
