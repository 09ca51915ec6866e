import type { ReplicaSet, ReplicationController } from '../../api/types';
import { isObserved, ready, type ReadinessRule, stuck, waiting } from './readiness';

/** ReplicaSets and ReplicationControllers. */
export const replicaSet: ReadinessRule<ReplicaSet | ReplicationController> = (object) => {
  const wanted = object.spec.replicas ?? 1;
  const now = object.status?.availableReplicas ?? 0;
  if (!isObserved(object)) return waiting(`${now}/${wanted}`);
  const refused = object.status?.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message;
  if (now < wanted) return refused ? stuck(`${now}/${wanted}`, refused) : waiting(`${now}/${wanted}`);
  return ready(`${wanted}/${wanted}`);
};
