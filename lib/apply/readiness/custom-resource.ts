import { describeCondition, tryCondition, type WithConditions } from './conditions';
import { failed, isObserved, ready, type ReadinessRule, waiting } from './readiness';

/** What says that it is done, the first that is there. */
const DONE = ['Ready', 'Available', 'Succeeded', 'Complete'];

/** Any kind that Kubernetes itself does not know, by the conventions that controllers follow (those of kstatus). Without conditions it is ready: nobody says anything else. */
export const customResource: ReadinessRule<WithConditions> = (object) => {
  const condition = (type: string) => tryCondition(object, type);
  if (object.metadata.deletionTimestamp) return waiting('is being deleted');
  if (object.status?.observedGeneration !== undefined && !isObserved(object)) return waiting('its controller has not seen the change yet');
  for (const type of ['Stalled', 'Failed']) {
    const found = condition(type);
    if (found?.status === 'True') return failed(`${type}: ${describeCondition(found)}`);
  }
  const reconciling = condition('Reconciling');
  if (reconciling?.status === 'True') return waiting(describeCondition(reconciling));
  const conditions = Array.isArray(object.status?.conditions) ? object.status.conditions : [];
  const done = DONE.find((type) => conditions.some((candidate) => candidate.type === type));
  if (done === undefined) return ready('');
  const found = condition(done);
  if (found?.status === 'True') return ready(done);
  return waiting(found ? describeCondition(found) : `${done} is about an earlier version`);
};
