import type { ReadonlyPod } from '../kubelet-context';
import type { WaitingReason } from '../waiting-reason';

/** What a pod may set without harm to others, and the namespace that keeps it to the pod. */
const SAFE: Readonly<Record<string, 'ipc' | 'net'>> = {
  'kernel.shm_rmid_forced': 'ipc',
  'net.ipv4.ip_local_port_range': 'net',
  'net.ipv4.tcp_syncookies': 'net',
  'net.ipv4.ping_group_range': 'net',
  'net.ipv4.ip_unprivileged_port_start': 'net',
  'net.ipv4.ip_local_reserved_ports': 'net',
};

/** Why the pod's sysctls are refused by this node. Pure. Follows pkg/kubelet/sysctl of 1.28 with no unsafe ones allowed. */
export function sysctlProblem({ spec }: ReadonlyPod): WaitingReason | undefined {
  for (const { name: written } of spec.securityContext?.sysctls ?? []) {
    const name = dotted(written);
    const problem = whyNot(name, spec);
    if (problem) return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${name}" ${problem}` };
  }
  return undefined;
}

function whyNot(name: string, { hostIPC, hostNetwork }: ReadonlyPod['spec']): string | undefined {
  if (!(name in SAFE)) return 'not allowlisted';
  if (SAFE[name] === 'ipc' && hostIPC) return 'not allowed with host ipc enabled';
  return SAFE[name] === 'net' && hostNetwork ? 'not allowed with host net enabled' : undefined;
}

/** `net/ipv4/x` is another way to write `net.ipv4.x`. */
export function dotted(name: string): string {
  return /^[^./]*\//.test(name) ? name.replace(/[./]/g, (character) => (character === '/' ? '.' : '/')) : name;
}
