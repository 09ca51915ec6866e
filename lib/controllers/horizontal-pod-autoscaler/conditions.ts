import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { autoscaling } from '../../api/types';

type Condition = autoscaling.HorizontalPodAutoscalerCondition;
export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** An autoscaler's conditions while it is looked at; the time of a transition moves only with the status. */
export class Conditions {
  private readonly list: Condition[];

  constructor(known: DeepReadonly<readonly Condition[]> | null | undefined, private readonly now: number) {
    this.list = structuredClone(known ?? []) as Condition[];
  }

  set(type: ConditionType, status: boolean, reason: string, message: string): void {
    const text = status ? 'True' : 'False';
    const known = this.list.find((condition) => condition.type === type);
    if (!known) this.list.push({ type, status: text, lastTransitionTime: toTime(this.now), reason, message });
    else Object.assign(known, { status: text, reason, message, ...(known.status !== text && { lastTransitionTime: toTime(this.now) }) });
  }

  all(): Condition[] {
    return this.list;
  }
}
