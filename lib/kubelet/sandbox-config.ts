import type { PodSandboxConfig } from '../cri/cri';
import { dotted } from './admission/sysctls';
import { kernelHostname } from './hostname';
import { podIdentityOf, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import { podDns } from './resolv-conf';

/** Pure. Throws when the pod's name cannot be its host name. @param hostDns what the node's own resolv.conf says */
export function sandboxConfig(context: Pick<KubeletContext, 'clusterDns' | 'clusterDomain' | 'nodeName'>, pod: ReadonlyPod, attempt: number, hostDns: NonNullable<PodSandboxConfig['dns']>): PodSandboxConfig {
  const { spec } = pod;
  return {
    pod: podIdentityOf(pod),
    attempt,
    hostname: spec.hostNetwork ? context.nodeName : kernelHostname(pod, context.clusterDomain),
    dns: podDns(context, pod, hostDns),
    hostPorts: spec.hostNetwork ? [] : hostPorts(pod),
    hostNetwork: spec.hostNetwork ?? false,
    hostPid: spec.hostPID ?? false,
    hostIpc: spec.hostIPC ?? false,
    sharePid: spec.shareProcessNamespace ?? false,
    sysctls: Object.fromEntries((spec.securityContext?.sysctls ?? []).map(({ name, value }) => [dotted(name), value])),
    labels: { ...pod.metadata.labels },
  };
}

function hostPorts({ spec }: ReadonlyPod): PodSandboxConfig['hostPorts'] {
  return spec.containers.flatMap(({ ports = [] }) => ports).flatMap(({ hostPort, containerPort, hostIP, protocol = 'TCP' }) => (
    hostPort ? [{ protocol: protocol as 'TCP' | 'UDP' | 'SCTP', hostPort, containerPort, ...(hostIP && { hostIp: hostIP }) }] : []
  ));
}
