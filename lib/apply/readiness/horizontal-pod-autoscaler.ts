import { describeCondition, tryCondition, type WithConditions } from './conditions';
import { ready, type ReadinessRule, waiting } from './readiness';

/** Metrics may take a minute to come, and nothing depends on them: only a target that it cannot find is waited for. */
export const horizontalPodAutoscaler: ReadinessRule<WithConditions> = (object) => {
  const able = tryCondition(object, 'AbleToScale');
  return able?.status === 'False' && able.reason === 'FailedGetScale' ? waiting(describeCondition(able)) : ready('');
};
