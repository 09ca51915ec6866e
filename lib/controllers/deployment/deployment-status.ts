import { toTime } from '../../base/clock';
import type { DeploymentStatus } from '../../api/types';
import { tryCondition, withCondition, withoutCondition } from '../conditions';
import { type Dep, everySet, replicasOf, type ReplicaSets, rolloutLimits, sumReplicas, sumStatus } from './replica-sets';

type Condition = NonNullable<DeploymentStatus['conditions']>[number];

export const NEW_AVAILABLE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

export function progressCondition(status: 'True' | 'False' | 'Unknown', reason: string, message: string, now: number): Condition {
  return { type: 'Progressing', status, reason, message, lastUpdateTime: toTime(now), lastTransitionTime: toTime(now) };
}

/** Counts and the Available condition, from the sets' own status. Pure. */
export function countStatus(deployment: Dep, sets: ReplicaSets, now: number): DeploymentStatus {
  const all = everySet(sets);
  const available = sumStatus(all, 'availableReplicas');
  const enough = available >= replicasOf(deployment) - rolloutLimits(deployment).unavailable;
  const conditions = withCondition<Condition>(deployment.status?.conditions, {
    type: 'Available', status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    lastUpdateTime: toTime(now), lastTransitionTime: toTime(now),
  });
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: positive(sumStatus(all, 'replicas')),
    updatedReplicas: positive(sets.current?.status?.replicas ?? 0),
    readyReplicas: positive(sumStatus(all, 'readyReplicas')),
    availableReplicas: positive(available),
    unavailableReplicas: positive(sumReplicas(all) - available),
    collisionCount: deployment.status?.collisionCount,
    conditions: [...conditions],
  };
}

const positive = (count: number) => (count > 0 ? count : undefined);

/** The status while (and after) a rollout: progress, its deadline, and what the sets could not do. Pure. */
export function rolloutStatus(deployment: Dep, sets: ReplicaSets, now: number): DeploymentStatus {
  const status = countStatus(deployment, sets, now);
  let conditions: readonly Condition[] = status.conditions ?? [];
  const progressing = tryCondition(conditions, 'Progressing');
  const finished = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && progressing?.reason === NEW_AVAILABLE;

  if (!hasDeadline(deployment)) {
    conditions = withoutCondition(conditions, 'Progressing');
  } else if (!finished) {
    const subject = sets.current ? `ReplicaSet "${sets.current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
    if (isComplete(deployment, status)) {
      conditions = withCondition(conditions, progressCondition('True', NEW_AVAILABLE, `${subject} has successfully progressed.`, now));
    } else if (hasProgressed(deployment.status, status)) {
      const next = progressCondition('True', 'ReplicaSetUpdated', `${subject} is progressing.`, now);
      const since = progressing?.status === 'True' ? progressing.lastTransitionTime : next.lastTransitionTime;
      conditions = [...withoutCondition(conditions, 'Progressing'), { ...next, lastTransitionTime: since }];
    } else if (timedOut(deployment, progressing, now)) {
      conditions = withCondition(conditions, progressCondition('False', TIMED_OUT, `${subject} has timed out progressing.`, now));
    }
  }

  const failure = everySet(sets).flatMap((set) => tryCondition(set.status?.conditions, 'ReplicaFailure') ?? []).at(-1);
  conditions = failure
    ? withCondition(conditions, { ...failure, lastUpdateTime: toTime(now), lastTransitionTime: toTime(now) })
    : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions: [...conditions] };
}

/** 2³¹−1 seconds is upstream's way to say "none". */
const hasDeadline = ({ spec }: Dep) => spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2 ** 31 - 1;

export function isComplete(deployment: Dep, status: NonNullable<Dep['status']>): boolean {
  const wanted = replicasOf(deployment);
  return (status.updatedReplicas ?? 0) === wanted && (status.replicas ?? 0) === wanted && (status.availableReplicas ?? 0) === wanted
    && (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}

function hasProgressed(before: Dep['status'] = {}, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | Dep['status'] = {}) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) || old(after) < old(before)
    || (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) || (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0);
}

function timedOut(deployment: Dep, progressing: Condition | undefined, now: number): boolean {
  if (!progressing || progressing.reason === NEW_AVAILABLE) return false;
  return progressing.reason === TIMED_OUT || Date.parse(progressing.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** Milliseconds until the deadline has to be looked at, if there is one ahead. */
export function tryUntilDeadline(deployment: Dep, status: DeploymentStatus, now: number): number | undefined {
  const progressing = tryCondition(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || !progressing || isComplete(deployment, status) || progressing.reason === TIMED_OUT || progressing.reason === NEW_AVAILABLE) return undefined;
  return Math.max(0, Date.parse(progressing.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - now) + 1000;
}
