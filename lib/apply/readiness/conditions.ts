import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../../api/types';

export interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** What most kinds have in their status. */
export type WithConditions = DeepReadonly<KubeObject> & { readonly status?: { readonly conditions?: readonly StatusCondition[]; readonly observedGeneration?: number } };

/** The condition of the type, unless it is about an earlier spec. */
export function tryCondition({ metadata: { generation = 0 }, status }: WithConditions, type: string): StatusCondition | undefined {
  const conditions = status?.conditions;
  const found = Array.isArray(conditions) ? (conditions as readonly StatusCondition[]).find((condition) => condition.type === type) : undefined;
  return found && (found.observedGeneration ?? generation) >= generation ? found : undefined;
}

/** `NoCertificate: waiting for the issuer` */
export const describeCondition = ({ type, reason, message }: StatusCondition) => [reason, message].filter(Boolean).join(': ') || type;
