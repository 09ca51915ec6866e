import * as path from 'node:path';
import { wholeValue } from '../api/quantity';
import type { ContainerConfig, Mount, RuntimeImage } from '../cri/cri';
import { CONTAINER_HASH, POD_GRACE_PERIOD, PRE_STOP, TERMINATION_MESSAGE_PATH, TERMINATION_MESSAGE_POLICY } from '../cri/labels';
import { containerHash } from './container-hash';
import { makeEnvironment } from './environment/environment';
import { expand } from './environment/expand';
import { ensureHostsFile } from './hosts-file';
import { uidOf, type KubeletContext, type ReadonlyContainer, type ReadonlyPod } from './kubelet-context';
import { hostsFile } from './pod-paths';
import { containerResources } from './resources';
import { containerSecurity } from './security';
import { ensureTerminationMessageFile } from './termination-message';
import { volumeMounts, type MountedVolumes } from './volume-mounts';

export interface ContainerStart {
  readonly pod: ReadonlyPod;
  readonly container: ReadonlyContainer;
  readonly attempt: number;
  readonly podIp: string;
  readonly image: RuntimeImage;
  readonly volumes: MountedVolumes;
  /** Whose processes an ephemeral container sees. */
  readonly targetContainerId?: string;
}

/** Everything the runtime needs to create the container. Throws with the reason that a person has to fix. */
export async function makeContainerConfig(context: KubeletContext, start: ContainerStart): Promise<ContainerConfig> {
  const { pod, container, attempt, podIp, image } = start;
  const environment = await makeEnvironment({ context, pod, container, podIp });
  const substitute = (text: string) => expand(text, (name) => environment.get(name));
  return {
    name: container.name,
    attempt,
    image: container.image ?? image.id,
    command: (container.command ?? []).map(substitute),
    args: (container.args ?? []).map(substitute),
    ...(container.workingDir && { workingDirectory: container.workingDir }),
    environment: [...environment].map(([name, value]) => ({ name, value })),
    mounts: [...await volumeMounts(start, environment), ...await podMounts(context, start)],
    labels: labels(pod, container),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    ...(start.targetContainerId && { targetContainerId: start.targetContainerId }),
    resources: containerResources(pod, container, wholeValue(context.allocatable().memory ?? 0)),
    logs: context.configuration.containerLogs,
    security: containerSecurity(pod, container, image, path.join(context.dataDirectory, 'seccomp')),
  };
}

async function podMounts({ dataDirectory, clusterDomain }: KubeletContext, { pod, container, attempt, podIp }: ContainerStart): Promise<Mount[]> {
  const taken = new Set(container.volumeMounts?.map(({ mountPath }) => path.posix.normalize(mountPath)));
  const mounts: Mount[] = [];
  if (!taken.has('/etc/hosts') && (!pod.spec.hostNetwork || pod.spec.hostAliases?.length)) {
    const file = hostsFile(dataDirectory, uidOf(pod));
    await ensureHostsFile(file, pod, podIp, clusterDomain);
    mounts.push({ hostPath: file, containerPath: '/etc/hosts', readOnly: false });
  }
  const messagePath = container.terminationMessagePath ?? '/dev/termination-log';
  if (messagePath && !taken.has(messagePath)) {
    mounts.push({ hostPath: await ensureTerminationMessageFile(dataDirectory, uidOf(pod), container.name, attempt), containerPath: messagePath, readOnly: false });
  }
  return mounts;
}

/** What a later kubelet reads back about a container. */
function labels({ spec }: ReadonlyPod, container: ReadonlyContainer): Record<string, string> {
  return {
    [CONTAINER_HASH]: containerHash(container),
    [TERMINATION_MESSAGE_PATH]: container.terminationMessagePath ?? '/dev/termination-log',
    [TERMINATION_MESSAGE_POLICY]: container.terminationMessagePolicy ?? 'File',
    [POD_GRACE_PERIOD]: String(spec.terminationGracePeriodSeconds ?? 30),
    ...(container.lifecycle?.preStop && { [PRE_STOP]: JSON.stringify({ container: container.name, ports: container.ports ?? [], preStop: container.lifecycle.preStop }) }),
  };
}
