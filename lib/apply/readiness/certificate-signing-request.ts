import { describeCondition, tryCondition, type WithConditions } from './conditions';
import { failed, ready, type ReadinessRule } from './readiness';

/** A person or a signer decides in their own time, so it is not waited for; a refusal is told. */
export const certificateSigningRequest: ReadinessRule<WithConditions> = (object) => {
  const refused = ['Denied', 'Failed'].map((type) => tryCondition(object, type)).find((condition) => condition?.status === 'True');
  if (refused) return failed(`${refused.type}: ${describeCondition(refused)}`);
  return ready(tryCondition(object, 'Approved') ? 'Approved' : 'Pending');
};
