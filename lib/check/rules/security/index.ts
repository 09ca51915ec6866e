import type { Rule } from '../../rule';
import { broadSubject } from './broad-subject';
import { clusterAdmin } from './cluster-admin';
import { clusterWidePods } from './cluster-wide-pods';
import { dangerousCapabilities } from './dangerous-capabilities';
import { hostNamespaces } from './host-namespaces';
import { hostPath } from './host-path';
import { hostPathData } from './host-path-data';
import { hostPort } from './host-port';
import { ingressTls } from './ingress-tls';
import { podExec } from './pod-exec';
import { podSecurity } from './pod-security';
import { privilegeEscalation } from './privilege-escalation';
import { privileged } from './privileged';
import { privilegedPort } from './privileged-port';
import { roleEscalation } from './role-escalation';
import { rootContradiction } from './root-contradiction';
import { runtimeSocket } from './runtime-socket';
import { secretAccess } from './secret-access';
import { securityGap } from './security-gap';
import { sshPort } from './ssh-port';
import { unconfined } from './unconfined';
import { unsafeSysctls } from './unsafe-sysctls';
import { wildcardPermissions } from './wildcard-permissions';

/** What a process may do to its host, to the cluster and to other processes. */
export const securityRules: readonly Rule[] = [
  podSecurity, rootContradiction,
  privileged, privilegeEscalation, dangerousCapabilities, unconfined, securityGap, privilegedPort, unsafeSysctls,
  hostNamespaces, hostPath, hostPathData, hostPort, runtimeSocket, sshPort, ingressTls,
  clusterAdmin, wildcardPermissions, roleEscalation, secretAccess, podExec, clusterWidePods, broadSubject,
];
