import { type Behavior, changeWithin, type History, recommended, type ScaleEvent, type ScalingRules } from './history';

/** What the metrics ask for and what it may become. */
export interface Wish {
  readonly current: number;
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Bounded {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

/** The wish after stabilization and limits, and what the conditions say about both. */
export interface Normalized {
  readonly replicas: number;
  /** AbleToScale. */
  readonly stabilized: Bounded;
  readonly limited: Bounded & { readonly isLimited: boolean };
  readonly history: History;
}

const READY = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const IN_RANGE = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const TOO_MANY = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const TOO_FEW = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const UP_LIMIT = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' };
const DOWN_LIMIT = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' };
const UP_STABILIZED = { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' };
const DOWN_STABILIZED = { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' };

export interface NormalizeOptions {
  readonly now: number;
  /** Where the autoscaler does not say it itself. */
  readonly downscaleStabilizationSeconds: number;
}

/** Pure. Follows normalizeDesiredReplicas and normalizeDesiredReplicasWithBehaviors of Kubernetes 1.28. */
export function normalize(wish: Wish, behavior: Behavior | undefined, history: History, options: NormalizeOptions): Normalized {
  const stable = behavior ? stabilizeByRules(wish, behavior, history, options) : stabilize(wish, history, options);
  const replicas = stable.replicas;
  const limited = behavior ? limitByRules({ ...wish, desired: replicas }, behavior, history, options.now) : limit({ ...wish, desired: replicas });
  return {
    replicas: limited.replicas, history: stable.history, limited: { ...limited, isLimited: limited.replicas !== replicas },
    stabilized: replicas === wish.desired ? { replicas, ...READY } : { replicas, reason: stable.reason, message: stable.message },
  };
}

type Stable = Bounded & { readonly history: History };

/** The highest wish of the window. */
function stabilize({ desired }: Wish, history: History, { now, downscaleStabilizationSeconds: window }: NormalizeOptions): Stable {
  const recent = history.recommendations.filter(({ at }) => at > now - window * 1000).map(({ replicas }) => replicas);
  return { replicas: Math.max(desired, ...recent), ...DOWN_STABILIZED, history: recommended(history, desired, now, window) };
}

/** Not above the lowest wish of the window for growing, not below the highest of the one for shrinking. */
function stabilizeByRules({ current, desired }: Wish, { scaleUp, scaleDown }: Behavior, history: History, { now, downscaleStabilizationSeconds }: NormalizeOptions): Stable {
  const upWindow = scaleUp?.stabilizationWindowSeconds ?? 0;
  const downWindow = scaleDown?.stabilizationWindowSeconds ?? downscaleStabilizationSeconds;
  const within = (seconds: number) => history.recommendations.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas);
  const up = Math.min(desired, ...within(upWindow));
  const down = Math.max(desired, ...within(downWindow));
  const replicas = Math.min(Math.max(current, up), down);
  return { replicas, ...(desired >= current ? UP_STABILIZED : DOWN_STABILIZED), history: recommended(history, desired, now, Math.max(upWindow, downWindow)) };
}

/** Without rules at most twice as many at once, or four. */
function limit({ current, desired, minimum, maximum }: Wish): Bounded {
  const fastest = Math.max(2 * current, 4);
  const upper = Math.min(maximum, fastest);
  if (desired < minimum) return { replicas: minimum, ...TOO_FEW };
  if (desired > upper) return { replicas: upper, ...(maximum > fastest ? UP_LIMIT : TOO_MANY) };
  return { replicas: desired, ...IN_RANGE };
}

function limitByRules({ current, desired, minimum, maximum }: Wish, { scaleUp, scaleDown }: Behavior, { ups, downs }: History, now: number): Bounded {
  if (desired > current) {
    const fastest = Math.max(current, fastestUp(current, { ups, downs }, scaleUp, now));
    const upper = Math.min(maximum, fastest);
    if (desired > upper) return { replicas: upper, ...(maximum > fastest ? UP_LIMIT : TOO_MANY) };
  } else if (desired < current) {
    const fastest = Math.min(current, fastestDown(current, { ups, downs }, scaleDown, now));
    const lower = Math.max(minimum, fastest);
    if (desired < lower) return { replicas: lower, ...(minimum < fastest ? DOWN_LIMIT : TOO_FEW) };
  }
  return { replicas: desired, ...IN_RANGE };
}

interface Changes {
  readonly ups: readonly ScaleEvent[];
  readonly downs: readonly ScaleEvent[];
}

function fastestUp(current: number, changes: Changes, rules: ScalingRules | undefined, now: number): number {
  if (!rules?.policies?.length || rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map(({ type, value, periodSeconds }) => {
    const start = startOfPeriod(current, changes, periodSeconds, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

/** `Max` is the policy that changes most: the lowest count. */
function fastestDown(current: number, changes: Changes, rules: ScalingRules | undefined, now: number): number {
  if (!rules?.policies?.length || rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map(({ type, value, periodSeconds }) => {
    const start = startOfPeriod(current, changes, periodSeconds, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

const startOfPeriod = (current: number, { ups, downs }: Changes, seconds: number, now: number) => current - changeWithin(ups, seconds, now) + changeWithin(downs, seconds, now);
