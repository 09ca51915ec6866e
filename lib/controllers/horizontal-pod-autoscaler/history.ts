import type { DeepReadonly } from '../../base/deep-readonly';
import type { autoscaling } from '../../api/types';

export type Behavior = DeepReadonly<autoscaling.HorizontalPodAutoscalerBehavior>;
export type ScalingRules = DeepReadonly<autoscaling.HPAScalingRules>;

/** How many replicas were asked for, and when. */
export interface Recommendation {
  readonly replicas: number;
  readonly at: number;
}

/** By how many replicas the scale was changed, and when. */
export interface ScaleEvent {
  readonly change: number;
  readonly at: number;
}

/** What one autoscaler remembers between two looks. Lost with the process, as upstream's. */
export interface History {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly ScaleEvent[];
  readonly downs: readonly ScaleEvent[];
}

export const NO_HISTORY: History = { recommendations: [], ups: [], downs: [] };

/** The first look remembers what it found: a restart scales nothing down before the window has passed. Pure. */
export function begun(history: History | undefined, current: number, now: number): History {
  return history?.recommendations.length ? history : { ...NO_HISTORY, ...history, recommendations: [{ replicas: current, at: now }] };
}

/** Also forgets what is older than the window. Pure. */
export function recommended(history: History, replicas: number, now: number, windowSeconds: number): History {
  return { ...history, recommendations: [...history.recommendations.filter(({ at }) => at > now - windowSeconds * 1000), { replicas, at: now }] };
}

/** Only rules look at past changes; without them nothing is kept. Pure. */
export function scaled(history: History, behavior: Behavior | undefined, { from, to, now }: { readonly from: number; readonly to: number; readonly now: number }): History {
  if (!behavior || from === to) return history;
  const rules = to > from ? behavior.scaleUp : behavior.scaleDown;
  const longest = Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));
  const kept = (events: readonly ScaleEvent[]) => [...events.filter(({ at }) => at > now - longest * 1000), { change: Math.abs(to - from), at: now }];
  return to > from ? { ...history, ups: kept(history.ups) } : { ...history, downs: kept(history.downs) };
}

/** Replicas added or taken away in the last seconds. Pure. */
export function changeWithin(events: readonly ScaleEvent[], seconds: number, now: number): number {
  return events.filter(({ at }) => at > now - seconds * 1000).reduce((sum, { change }) => sum + change, 0);
}
