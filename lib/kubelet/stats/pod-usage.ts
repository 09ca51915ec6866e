import type { ContainerStats } from '../../cri/cri';
import { uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';

/** What a running container used until a moment. */
export interface ContainerUsage extends ContainerStats {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly at: number;
}

export interface PodUsage {
  readonly pod: ReadonlyPod;
  readonly containers: readonly ContainerUsage[];
}

/** What the running containers of the pods use. The engine is asked once for all; a container that ends meanwhile is left out. */
export async function readPodUsages(context: Pick<KubeletContext, 'cri' | 'clock'>, pods: readonly ReadonlyPod[], options?: { readonly disk?: boolean }): Promise<readonly PodUsage[]> {
  const running = new Map<string, { readonly id: string; readonly name: string; readonly createdAt: number }[]>();
  for (const { id, name, pod, state, createdAt } of await context.cri.listContainers()) {
    if (state === 'running') running.set(pod.uid, [...running.get(pod.uid) ?? [], { id, name, createdAt }]);
  }
  return Promise.all(pods.map(async (pod) => {
    const usages = await Promise.all((running.get(uidOf(pod)) ?? []).map((container) => tryReadUsage(context, pod, container, options)));
    return { pod, containers: usages.filter((usage) => usage !== undefined) };
  }));
}

async function tryReadUsage(
  { cri, clock }: Pick<KubeletContext, 'cri' | 'clock'>, pod: ReadonlyPod, { id, name, createdAt }: { readonly id: string; readonly name: string; readonly createdAt: number }, options?: { readonly disk?: boolean },
): Promise<ContainerUsage | undefined> {
  const stats = await cri.containerStats(id, options).catch(() => undefined);
  return stats && { ...stats, id, name, startedAt: startOf(pod, id) ?? createdAt, at: clock.now() };
}

/** As the pod's status says; the engine need not be asked. */
function startOf({ status }: ReadonlyPod, id: string): number | undefined {
  const all = [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? [], ...status?.ephemeralContainerStatuses ?? []];
  const started = all.find(({ containerID }) => containerID?.endsWith(id))?.state?.running?.startedAt;
  return started === undefined ? undefined : Date.parse(started);
}

export const sumOf = <T>(values: readonly T[], of: (value: T) => number) => values.reduce((total, value) => total + of(value), 0);
