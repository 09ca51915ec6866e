import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import type { ContainerState } from '../cri/cri';
import { podIdentityOf, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import { podLogDirectory } from './pod-paths';

/** The names under /var/log by which log collectors find what a container writes. Failing is no reason not to run it. */
export async function ensureLogLinks({ cri, logDirectory, logger }: KubeletContext, pod: ReadonlyPod, container: string, id: string, attempt: number): Promise<void> {
  if (!logDirectory) return;
  try {
    const { logPath } = await cri.containerStatus(id);
    if (!logPath) return;
    const identity = podIdentityOf(pod);
    const directory = path.join(podLogDirectory(logDirectory, identity), container);
    const ofPod = path.join(directory, `${attempt}.log`);
    const all = path.join(logDirectory, 'containers');
    await Promise.all([mkdir(directory, { recursive: true }), mkdir(all, { recursive: true })]);
    await Promise.all([
      replaceLink(logPath, ofPod),
      replaceLink(ofPod, path.join(all, `${identity.name}_${identity.namespace}_${container}-${id}.log`)),
    ]);
  } catch (error) {
    logger.warn('log links could not be made', { pod: pod.metadata.name, container, error });
  }
}

/** Removes the links of one container that is gone. */
export async function removeContainerLogLinks({ logDirectory }: Pick<KubeletContext, 'logDirectory'>, { pod, name, attempt, id }: Pick<ContainerState, 'pod' | 'name' | 'attempt' | 'id'>): Promise<void> {
  if (!logDirectory) return;
  await rm(path.join(logDirectory, 'containers', `${pod.name}_${pod.namespace}_${name}-${id}.log`), { force: true });
  await rm(path.join(podLogDirectory(logDirectory, pod), name, `${attempt}.log`), { force: true });
}

/** Removes all links of a pod that is gone. */
export async function removeLogLinks({ logDirectory }: Pick<KubeletContext, 'logDirectory'>, pod: { readonly namespace: string; readonly name: string; readonly uid: string }): Promise<void> {
  if (!logDirectory) return;
  const own = podLogDirectory(logDirectory, pod);
  const all = path.join(logDirectory, 'containers');
  for (const name of await readdir(all).catch(() => [])) {
    if (!name.startsWith(`${pod.name}_${pod.namespace}_`)) continue;
    const target = await readlink(path.join(all, name)).catch(() => '');
    if (target.startsWith(`${own}/`)) await rm(path.join(all, name), { force: true });
  }
  await rm(own, { recursive: true, force: true });
}

async function replaceLink(target: string, link: string): Promise<void> {
  await rm(link, { force: true });
  await symlink(target, link);
}
