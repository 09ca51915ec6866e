import type { WithConditions } from './conditions';
import { isObserved, ready, type ReadinessRule, waiting } from './readiness';

/** It protects from the moment in which its controller has counted the pods. Whether these are well is their workload's affair. */
export const podDisruptionBudget: ReadinessRule<WithConditions> = (object) => (isObserved(object) ? ready('') : waiting('its controller has not counted yet'));
