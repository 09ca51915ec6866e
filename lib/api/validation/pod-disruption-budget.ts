import type { DeepReadonly } from '../../base/deep-readonly';
import type { PodDisruptionBudget, policy } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateAtMost100Percent, validatePositiveIntOrPercent } from './int-or-percent';
import { validateLabelSelector } from './labels';
import type { Validator } from './validator';

export const podDisruptionBudget: Validator<PodDisruptionBudget> = {
  validate(object, errors) {
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, _old, errors, subresource) {
    if (subresource !== 'status') return validateSpec(errors, object.spec ?? {});
    for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) errors.nonNegative(`status.${field}`, object.status?.[field]);
  },
};

function validateSpec(errors: FieldErrors, spec: DeepReadonly<policy.PodDisruptionBudgetSpec>): void {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) errors.invalid('spec', go('policy.PodDisruptionBudgetSpec', spec), 'minAvailable and maxUnavailable cannot be both set');
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    validatePositiveIntOrPercent(errors, `spec.${field}`, spec[field]);
    validateAtMost100Percent(errors, `spec.${field}`, spec[field]);
  }
  validateLabelSelector(errors, 'spec.selector', spec.selector);
  if (unhealthyPodEvictionPolicy !== undefined) errors.oneOf('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']);
}
