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

/** Others that a pod may have to itself: a node can be told to allow them. */
const NAMESPACED: readonly (readonly [prefix: string, namespace: 'ipc' | 'net'])[] = [['kernel.shm', 'ipc'], ['kernel.msg', 'ipc'], ['kernel.sem', 'ipc'], ['fs.mqueue.', 'ipc'], ['net.', 'net']];

/** Why the pod's sysctls are refused by this node. Pure. Follows pkg/kubelet/sysctl of 1.28. @param allowed unsafe ones, as names or `prefix*` */
export function sysctlProblem({ spec }: ReadonlyPod, allowed: readonly string[]): WaitingReason | undefined {
  for (const { name: written } of spec.securityContext?.sysctls ?? []) {
    const name = dotted(written);
    const problem = whyNot(name, spec, allowed);
    if (problem) return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${name}" ${problem}` };
  }
  return undefined;
}

function whyNot(name: string, { hostIPC, hostNetwork }: ReadonlyPod['spec'], allowed: readonly string[]): string | undefined {
  const isAllowed = name in SAFE || allowed.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
  if (!isAllowed) return 'not allowlisted';
  const namespace = SAFE[name] ?? namespaceOfSysctl(name);
  if (namespace === 'ipc' && hostIPC) return 'not allowed with host ipc enabled';
  return namespace === 'net' && hostNetwork ? 'not allowed with host net enabled' : undefined;
}

/** undefined for one that would change the whole host. */
export const namespaceOfSysctl = (name: string) => NAMESPACED.find(([prefix]) => name.startsWith(prefix))?.[1];

/** `net/ipv4/x` is another way to write `net.ipv4.x`. */
export function dotted(name: string): string {
  return /^[^./]*\//.test(name) ? name.replace(/[./]/g, (character) => (character === '/' ? '.' : '/')) : name;
}
