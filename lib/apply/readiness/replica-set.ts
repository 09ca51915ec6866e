import type { ReplicaSet, ReplicationController } from '../../api/types';
import { isObserved, ready, type ReadinessRule, waiting } from './readiness';

/** ReplicaSets and ReplicationControllers. */
export const replicaSet: ReadinessRule<ReplicaSet | ReplicationController> = (object) => {
  const wanted = object.spec.replicas ?? 1;
  const now = object.status?.availableReplicas ?? 0;
  if (!isObserved(object) || now < wanted) return waiting(`${now}/${wanted}`);
  return ready(`${wanted}/${wanted}`);
};
