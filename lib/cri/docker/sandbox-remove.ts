import type { Engine } from './engine';
import { ignoreDone } from './errors';
import { SANDBOX_ID } from './labels';
import { stopPodSandbox } from './sandbox-stop';

export async function removePodSandbox(engine: Engine, id: string): Promise<void> {
  const { docker } = engine;
  await stopPodSandbox(engine, id);
  const containers = await docker.listContainers({ all: true, filters: { label: [`${SANDBOX_ID}=${id}`] } });
  await Promise.all(containers.map(({ Id }) => ignoreDone(docker.getContainer(Id).remove({ force: true, v: true }))));
  await ignoreDone(docker.getContainer(id).remove({ force: true, v: true }));
}
