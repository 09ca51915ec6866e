import { describeCondition, tryCondition, type WithConditions } from './conditions';
import { ready, type ReadinessRule, waiting } from './readiness';

/** An extension of the API: its server answers. */
export const apiService: ReadinessRule<WithConditions> = (object) => {
  const available = tryCondition(object, 'Available');
  return available?.status === 'True' ? ready('Available') : waiting(available ? describeCondition(available) : 'not available yet');
};
