import type { ContainerConfig, PodSandboxConfig } from '../cri';
import { CONTAINER_ATTEMPT, CONTAINER_NAME, podLabels } from '../labels';

/** Which runtime (data directory) made a container: several live beside each other on one engine. */
export const RUNTIME = 'cdk8s-twelve-factor/runtime';
/** `podsandbox` or `container`. */
export const TYPE = 'io.kubernetes.docker.type';
export const SANDBOX_ID = 'io.kubernetes.sandbox.id';
export const SANDBOX_ATTEMPT = 'cdk8s-twelve-factor/sandbox-attempt';
export const SANDBOX_IP = 'cdk8s-twelve-factor/sandbox-ip';
export const HOST_NETWORK = 'cdk8s-twelve-factor/host-network';

export function sandboxLabels(runtime: string, config: PodSandboxConfig, ip: string): Record<string, string> {
  return {
    ...config.labels,
    ...podLabels(config.pod),
    [CONTAINER_NAME]: 'POD',
    [TYPE]: 'podsandbox',
    [RUNTIME]: runtime,
    [SANDBOX_ATTEMPT]: String(config.attempt),
    [SANDBOX_IP]: ip,
    ...(config.hostNetwork && { [HOST_NETWORK]: 'true' }),
  };
}

export function containerLabels(runtime: string, sandbox: string, config: ContainerConfig, { pod }: PodSandboxConfig): Record<string, string> {
  return {
    ...config.labels,
    ...podLabels(pod),
    [CONTAINER_NAME]: config.name,
    [CONTAINER_ATTEMPT]: String(config.attempt),
    [TYPE]: 'container',
    [RUNTIME]: runtime,
    [SANDBOX_ID]: sandbox,
  };
}
