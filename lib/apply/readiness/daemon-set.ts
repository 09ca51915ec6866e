import type { DaemonSet } from '../../api/types';
import { isObserved, ready, type ReadinessRule, waiting } from './readiness';

export const daemonSet: ReadinessRule<DaemonSet> = (object) => {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = object.status ?? {};
  if (!object.status || !isObserved(object)) return waiting('0/?');
  const now = object.spec.updateStrategy?.type === 'OnDelete' ? numberAvailable : Math.min(updatedNumberScheduled, numberAvailable);
  return now >= desiredNumberScheduled ? ready(`${now}/${desiredNumberScheduled}`) : waiting(`${now}/${desiredNumberScheduled}`);
};
