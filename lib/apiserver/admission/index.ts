import type { PortRange } from '../../api/node-ports';
import type { Clock } from '../../base/clock';
import { serviceAllocation } from '../service-allocation/service-allocation';
import type { AdmissionStep } from './admission-step';
import { type RoleAuthorizer, rbacEscalation } from './rbac-escalation';
import { limitRanger } from './limit-ranger';
import { nodeRestriction } from './node-restriction';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize';
import { podSecurity } from './pod-security';
import { resourceQuota } from './resource-quota';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { namespaceLifecycle } from './namespace-lifecycle';
import { priority } from './priority';
import { runtimeClass } from './runtime-class';
import { runtimeSupport } from './runtime-support';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use-protection';

export interface AdmissionConfig {
  readonly serviceCidr: string;
  /** As ServiceAllocationConfig says. */
  readonly preferredNodePorts?: PortRange;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Says who may hand on which rights; without one everybody may. */
  readonly authorizer?: RoleAuthorizer;
  /** What becomes of pod fields that our nodes cannot run. 'off' accepts whatever Kubernetes accepts. */
  readonly unsupportedFields: 'refuse' | 'warn' | 'off';
}

/** The steps every write passes, in upstream's order, then ours. */
export function admissionSteps({ serviceCidr, preferredNodePorts, clock, random, authorizer, unsupportedFields }: AdmissionConfig): readonly AdmissionStep[] {
  return [
    namespaceLifecycle,
    limitRanger,
    serviceAccount({ random }),
    nodeRestriction,
    podSecurity,
    priority,
    defaultTolerationSeconds,
    defaultStorageClass,
    storageObjectInUseProtection,
    persistentVolumeClaimResize,
    runtimeClass,
    defaultIngressClass,
    serviceAllocation({ serviceCidr, preferredNodePorts, clock, random }),
    ...(authorizer ? [rbacEscalation(authorizer)] : []),
    resourceQuota,
    ...(unsupportedFields === 'off' ? [] : [runtimeSupport(unsupportedFields)]),
  ];
}
