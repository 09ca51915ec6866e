import type { Deployment } from '../../api/types';
import { failed, isObserved, ready, type ReadinessRule, stuck, waiting } from './readiness';

/** As `kubectl rollout status`: all replicas of the new template are there and available, none of an old one is left. */
export const deployment: ReadinessRule<Deployment> = (object) => {
  const wanted = object.spec.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, conditions = [] } = object.status ?? {};
  if (!isObserved(object)) return waiting(`0/${wanted}`);
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return failed(`${Math.min(availableReplicas, updatedReplicas)}/${wanted}, no progress: ${progressing.message ?? ''}`);
  const now = Math.min(updatedReplicas, availableReplicas);
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message;
  if (object.spec.paused) return ready(`${availableReplicas}/${wanted}, paused`);
  if (now < wanted || updatedReplicas < wanted) return refused ? stuck(`${now}/${wanted}`, refused) : waiting(`${now}/${wanted}`);
  if (replicas > updatedReplicas) return waiting(`${now}/${wanted}, ${replicas - updatedReplicas} old to stop`);
  return ready(`${wanted}/${wanted}`);
};
