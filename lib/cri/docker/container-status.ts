import { sleep } from '../../base/clock';
import type { ContainerState } from '../cri';
import { toContainerState } from './convert';
import type { Engine } from './engine';
import { toCriError } from './errors';

/** The engine hears of a container's end and of its lack of memory in two messages; the second may be late by this much. */
const SECOND_MESSAGE = 300;
const KILLED = 137;

export async function containerStatus({ docker, clock }: Engine, id: string): Promise<ContainerState> {
  try {
    const info = await docker.getContainer(id).inspect();
    const state = toContainerState(info);
    const isFresh = state.finishedAt !== undefined && clock.now() - state.finishedAt < 2_000;
    if (state.exitCode !== KILLED || state.oomKilled || !isFresh || !info.HostConfig.Memory) return state;
    await sleep(clock, SECOND_MESSAGE);
    return toContainerState(await docker.getContainer(id).inspect());
  } catch (error) {
    throw toCriError(error);
  }
}
