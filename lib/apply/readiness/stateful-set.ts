import type { StatefulSet } from '../../api/types';
import { isObserved, ready, type ReadinessRule, waiting } from './readiness';

export const statefulSet: ReadinessRule<StatefulSet> = (object) => {
  const wanted = object.spec.replicas ?? 1;
  const { updatedReplicas = 0, currentRevision, updateRevision } = object.status ?? {};
  const readyReplicas = (object.spec.minReadySeconds ? object.status?.availableReplicas : object.status?.readyReplicas) ?? 0;
  if (!isObserved(object)) return waiting(`0/${wanted}`);
  if (object.spec.updateStrategy?.type === 'OnDelete') return readyReplicas >= wanted ? ready(`${readyReplicas}/${wanted}`) : waiting(`${readyReplicas}/${wanted}`);
  const partition = object.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (readyReplicas < wanted) return waiting(`${readyReplicas}/${wanted}`);
  if (partition === 0 && currentRevision !== updateRevision) return waiting(`${updatedReplicas}/${wanted} updated`);
  if (partition > 0 && updatedReplicas < wanted - partition) return waiting(`${updatedReplicas}/${wanted - partition} updated`);
  return ready(`${wanted}/${wanted}`);
};
