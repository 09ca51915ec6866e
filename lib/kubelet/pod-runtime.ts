import type { ContainerRuntime, ContainerState, PodSandbox } from '../cri/cri';
import { isContainerNotFound } from '../cri/cri-error';

/** What the engine has of one pod; both lists newest first. */
export interface PodRuntime {
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly ContainerState[];
}

export const NOTHING: PodRuntime = { sandboxes: [], containers: [] };

/** The newest container of that name. */
export function findContainer({ containers }: PodRuntime, name: string): ContainerState | undefined {
  return containers.reduce<ContainerState | undefined>((newest, candidate) => (
    candidate.name === name && (!newest || candidate.attempt > newest.attempt) ? candidate : newest
  ), undefined);
}

export const readySandbox = ({ sandboxes }: PodRuntime) => sandboxes.find(({ ready }) => ready);

/** Reads pods from the engine. A container that has exited never changes again and is asked about once. */
export class PodRuntimeReader {
  private readonly exited = new Map<string, ContainerState>();

  constructor(private readonly cri: ContainerRuntime) {}

  async read(podUid: string): Promise<PodRuntime> {
    const [sandboxes, summaries] = await Promise.all([this.cri.listPodSandboxes({ podUid }), this.cri.listContainers({ podUid })]);
    const containers = await Promise.all(summaries.map(({ id }) => this.tryStatus(id)));
    return { sandboxes, containers: containers.filter((container) => container !== undefined) };
  }

  forget(containerId: string): void {
    this.exited.delete(containerId);
  }

  private async tryStatus(id: string): Promise<ContainerState | undefined> {
    const known = this.exited.get(id);
    if (known) return known;
    try {
      const status = await this.cri.containerStatus(id);
      if (status.state === 'exited') this.exited.set(id, status);
      return status;
    } catch (error) {
      if (isContainerNotFound(error)) return undefined;
      throw error;
    }
  }
}
