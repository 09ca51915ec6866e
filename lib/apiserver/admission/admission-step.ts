import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../../api/kinds';
import type { UserInfo } from '../../api/request';
import type { KubeObject } from '../../api/types';
import type { ObjectReader } from '../object-reader';

/** A write on its way into the store, after decoding and defaulting, before validation. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: ResourceInfo;
  /** `''` for the resource itself. */
  readonly subresource: string;
  readonly namespace: string;
  /** `''` for a create with generateName. */
  readonly name: string;
  /** What would be stored. A mutating step changes it in place. Absent for DELETE. */
  readonly object?: KubeObject;
  readonly oldObject?: DeepReadonly<KubeObject>;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Sent to the client as a Warning header, each text once. */
  warn(text: string): void;
  readonly reader: ObjectReader;
}

/**
 * One rule that every write passes. `admit` runs first for all steps in the order of admission/index.ts, then the object is validated, then `validate` runs for all.
 * Both refuse by throwing a StatusError.
 */
export interface AdmissionStep {
  /** As upstream names the plugin: NamespaceLifecycle, ServiceAccount, PodSecurity. */
  readonly name: string;
  admit?(request: AdmissionRequest): Promise<void> | void;
  validate?(request: AdmissionRequest): Promise<void> | void;
  /** A create that passed every step's `admit` was refused later, or could not be stored: give back what was taken for it. */
  cancel?(request: AdmissionRequest): void;
}
