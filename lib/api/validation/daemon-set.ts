import type { DeepReadonly } from '../../base/deep-readonly';
import type { apps, DaemonSet } from '../types';
import { matchesLabelSelector } from '../selectors';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isZero, validateAtMost100Percent, validatePositiveIntOrPercent } from './int-or-percent';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateAlwaysRestarts, validatePodTemplate } from './pod-template';
import type { Validator } from './validator';

export const daemonSet: Validator<DaemonSet> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') {
      validateObjectMetaUpdate(errors, object.metadata, old.metadata);
      return validateStatus(errors, object.status ?? {});
    }
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateSpec(errors, object.spec ?? {});
    errors.immutable('spec.selector', object.spec.selector, old.spec.selector, go('v1.LabelSelector', object.spec.selector));
  },
};

function validateSpec(errors: FieldErrors, spec: Partial<DeepReadonly<apps.DaemonSetSpec>>): void {
  const { selector, template } = spec;
  const labels = template?.metadata?.labels;
  validateLabelSelector(errors, 'spec.selector', selector);
  if (isUsableSelector(selector) && !matchesLabelSelector(selector, labels ?? {})) {
    errors.invalid('spec.template.metadata.labels', go('map[string]string', labels), '`selector` does not match template `labels`');
  }
  if (selector && isEmptySelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'empty selector is invalid for daemonset');
  validatePodTemplate(errors, 'spec.template', template);
  validateAlwaysRestarts(errors, 'spec.template', template, 'DaemonSet');
  errors.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  validateUpdateStrategy(errors, 'spec.updateStrategy', spec.updateStrategy ?? {});
  errors.nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
}

function validateUpdateStrategy(errors: FieldErrors, path: string, strategy: DeepReadonly<apps.DaemonSetUpdateStrategy>): void {
  const { type, rollingUpdate } = strategy;
  if (type === undefined || type === 'OnDelete') return;
  if (type !== 'RollingUpdate') return errors.notSupported(path, go('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']);
  if (!rollingUpdate) return errors.required(`${path}.rollingUpdate`);
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const unavailableField = `${path}.rollingUpdate.maxUnavailable`;
  const surgeField = `${path}.rollingUpdate.maxSurge`;
  validatePositiveIntOrPercent(errors, unavailableField, maxUnavailable);
  validatePositiveIntOrPercent(errors, surgeField, maxSurge);
  if (!isZero(maxUnavailable) && !isZero(maxSurge)) errors.invalid(surgeField, go('intstr.IntOrString', maxSurge), 'may not be set when maxUnavailable is non-zero');
  if (isZero(maxUnavailable) && isZero(maxSurge)) errors.required(unavailableField, 'cannot be 0 when maxSurge is 0');
  validateAtMost100Percent(errors, unavailableField, maxUnavailable);
  validateAtMost100Percent(errors, surgeField, maxSurge);
}

function validateStatus(errors: FieldErrors, status: Partial<DeepReadonly<apps.DaemonSetStatus>>): void {
  const counts = [
    'currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable',
    'collisionCount',
  ] as const;
  for (const field of counts) errors.nonNegative(`status.${field}`, status[field]);
}
