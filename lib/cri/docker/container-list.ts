import type { ContainerSummary, RuntimeFilter } from '../cri';
import { toSummary } from './convert';
import type { Engine } from './engine';
import { listOfType } from './sandbox-list';

export async function listContainers(engine: Engine, filter: RuntimeFilter = {}): Promise<readonly ContainerSummary[]> {
  return (await listOfType(engine, 'container', filter)).map(toSummary);
}
