import type { Rule } from '../../rule';

/** What the kubelet allows without a flag, and the minor version of Kubernetes 1.x since when. */
const SAFE: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0, 'net.ipv4.ip_local_port_range': 0, 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.ping_group_range': 18, 'net.ipv4.ip_unprivileged_port_start': 22,
  'net.ipv4.ip_local_reserved_ports': 27, 'net.ipv4.tcp_keepalive_time': 29, 'net.ipv4.tcp_fin_timeout': 29, 'net.ipv4.tcp_keepalive_intvl': 29, 'net.ipv4.tcp_keepalive_probes': 29,
};

export const unsafeSysctls: Rule = {
  id: 'unsafe-sysctls',
  severity: 'warning',
  summary: 'The pod sets a kernel parameter that nodes do not allow',
  why: 'A node refuses the pod (SysctlForbidden) unless its kubelet was started with a list that allows this parameter. Where it is allowed, it can take memory from the other pods of the node or make it unstable.',
  seeAlso: 'https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { sysctls: [{ name: kernel.msgmax, value: '65536' }] }
  containers: [{ name: web, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { sysctls: [{ name: net.ipv4.tcp_syncookies, value: '1' }] }
  containers: [{ name: web, image: shop:1.4.2 }]
`,
  },

  *check(objects) {
    const minor = Number(objects.target.kubernetes.from.split('.')[1]);
    for (const { object, path, spec } of objects.podTemplates) {
      for (const [index, { name }] of (spec.securityContext?.sysctls ?? []).entries()) {
        const since = SAFE[name];
        if (since !== undefined && since <= minor) continue;
        yield {
          object, field: `${path}.securityContext.sysctls[${index}].name`,
          message: since === undefined ? `${name} is not among the parameters that every node allows` : `${name} is allowed since Kubernetes 1.${since}, and these manifests are for 1.${minor}`,
          fix: 'remove it, or set it on the node itself',
        };
      }
    }
  },
};
