import type { Engine } from './engine';
import { ignoreDone } from './errors';
import { SANDBOX_ID } from './labels';
import { sandboxKey } from './naming';
import { listPodSandboxes } from './sandbox-list';

/** Kills what still runs in it, then the sandbox; its address and host ports are free afterwards. */
export async function stopPodSandbox(engine: Engine, id: string): Promise<void> {
  const { docker, network } = engine;
  const [sandbox] = await listPodSandboxes(engine, { id });
  if (!sandbox) return;
  const running = await docker.listContainers({ filters: { label: [`${SANDBOX_ID}=${id}`] } });
  await Promise.all(running.map(({ Id }) => ignoreDone(docker.getContainer(Id).kill())));
  if (sandbox.ready) await ignoreDone(docker.getContainer(id).kill());
  if (!sandbox.hostNetwork) {
    const key = sandboxKey(sandbox.pod, sandbox.attempt);
    await network.setHostPorts(key, []);
    network.release(key);
  }
}
