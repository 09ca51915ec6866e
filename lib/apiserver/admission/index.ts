import type { Clock } from '../../base/clock';
import { serviceAllocation } from '../service-allocation/service-allocation';
import type { AdmissionStep } from './admission-step';
import { defaultIngressClass, defaultStorageClass } from './default-classes';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { namespaceLifecycle } from './namespace-lifecycle';
import { priority } from './priority';
import { runtimeSupport } from './runtime-support';
import { serviceAccount } from './service-account';
import { storageObjectInUseProtection } from './storage-object-in-use-protection';

export interface AdmissionConfig {
  readonly serviceCidr: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** What becomes of pod fields that our nodes cannot run. 'off' accepts whatever Kubernetes accepts. */
  readonly unsupportedFields: 'refuse' | 'warn' | 'off';
}

/** The steps every write passes, in upstream's order, then ours. */
export function admissionSteps({ serviceCidr, clock, random, unsupportedFields }: AdmissionConfig): readonly AdmissionStep[] {
  return [
    namespaceLifecycle,
    serviceAccount({ random }),
    priority,
    defaultTolerationSeconds,
    storageObjectInUseProtection,
    defaultStorageClass,
    defaultIngressClass,
    serviceAllocation({ serviceCidr, clock, random }),
    ...(unsupportedFields === 'off' ? [] : [runtimeSupport(unsupportedFields)]),
  ];
}
