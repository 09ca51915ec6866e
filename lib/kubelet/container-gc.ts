import { rm } from 'node:fs/promises';
import type { ContainerState, PodSandbox } from '../cri/cri';
import type { KubeletContext } from './kubelet-context';
import { removeContainerLogLinks } from './log-links';
import { terminationMessageFile } from './pod-paths';
import type { PodRuntime, PodRuntimeReader } from './pod-runtime';

/** What nobody will ask for again: of every container all dead but the newest (that one is `logs --previous`), and old sandboxes that are empty. Pure. */
export function computeGarbage({ sandboxes, containers }: PodRuntime): { readonly containers: readonly ContainerState[]; readonly sandboxes: readonly PodSandbox[] } {
  const names = [...new Set(containers.map(({ name }) => name))];
  const dead = names.flatMap((name) => containers.filter((container) => container.name === name && container.state === 'exited').sort((a, b) => b.attempt - a.attempt).slice(1));
  const kept = new Set(containers.filter((container) => !dead.includes(container)).map(({ sandboxId }) => sandboxId));
  return { containers: dead, sandboxes: sandboxes.slice(1).filter(({ id, ready }) => !ready && !kept.has(id)) };
}

export async function collectGarbage(context: KubeletContext, reader: PodRuntimeReader, runtime: PodRuntime): Promise<void> {
  const { cri, dataDirectory } = context;
  const garbage = computeGarbage(runtime);
  for (const { id, pod, name, attempt } of garbage.containers) {
    await cri.removeContainer(id);
    reader.forget(id);
    await removeContainerLogLinks(context, { pod, name, attempt, id });
    await rm(terminationMessageFile(dataDirectory, pod.uid, name, attempt), { force: true });
  }
  for (const { id } of garbage.sandboxes) await cri.removePodSandbox(id);
}
