import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../../api/types';

/** apiregistration.k8s.io/v1 APIService. */
export type ApiService = DeepReadonly<KubeObject & {
  spec?: {
    group?: string;
    version?: string;
    service?: ServiceReference;
    /** Base64 of PEM. */
    caBundle?: string;
    insecureSkipTLSVerify?: boolean;
    groupPriorityMinimum?: number;
    versionPriority?: number;
  };
  status?: { conditions?: readonly Condition[] };
}>;

export interface ServiceReference {
  readonly namespace?: string;
  readonly name?: string;
  readonly port?: number;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

export const isAvailable = ({ status }: ApiService) => status?.conditions?.some(({ type, status: value }) => type === 'Available' && value === 'True') ?? false;

/** The condition replaced; its time of transition moves only with the status. Pure. */
export function withAvailability(conditions: readonly Condition[] | undefined, wanted: Omit<Condition, 'type' | 'lastTransitionTime'>, time: string): readonly Condition[] {
  const known = conditions?.find(({ type }) => type === 'Available');
  const lastTransitionTime = known?.status === wanted.status ? known.lastTransitionTime : time;
  return [...(conditions ?? []).filter((condition) => condition !== known), { type: 'Available', ...wanted, lastTransitionTime }];
}
