/** The common shape of status conditions. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

export function tryCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The list with the condition replaced or added; nothing changes when status and reason are the same, and a transition time only with the status. */
export function withCondition<C extends Condition>(conditions: readonly C[] | undefined, wanted: C): readonly C[] {
  const current = tryCondition(conditions, wanted.type);
  if (current && current.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message) return conditions ?? [];
  const next = current?.status === wanted.status ? { ...wanted, lastTransitionTime: current.lastTransitionTime } : wanted;
  return [...withoutCondition(conditions, wanted.type), next];
}

export function withoutCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): readonly C[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
