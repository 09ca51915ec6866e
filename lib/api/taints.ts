import type { DeepReadonly } from '../base/deep-readonly';
import type { core } from './types';

export type Taint = DeepReadonly<core.Taint>;
export type Toleration = DeepReadonly<core.Toleration>;

export function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === 'Exists' || (Boolean(key) && value === (taint.value ?? ''));
}

/** The first taint of one of the effects that no toleration tolerates. */
export function tryUntolerated(taints: readonly Taint[] = [], tolerations: readonly Toleration[] = [], effects: readonly string[] = ['NoSchedule', 'NoExecute']): Taint | undefined {
  return taints.find((taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)));
}
