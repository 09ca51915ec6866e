import type { DeepReadonly } from '../../base/deep-readonly';
import type { apps, Deployment } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isZero, validateAtMost100Percent, validatePositiveIntOrPercent } from './int-or-percent';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateReplicaSetTemplate } from './pod-template';
import type { Validator } from './validator';

export const deployment: Validator<Deployment> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'status') return validateStatus(errors, object.status ?? {}, old.status ?? {});
    validateSpec(errors, object.spec ?? {});
    errors.immutable('spec.selector', object.spec.selector, old.spec.selector, go('v1.LabelSelector', object.spec.selector));
  },
};

function validateSpec(errors: FieldErrors, spec: Partial<DeepReadonly<apps.DeploymentSpec>>): void {
  const { replicas, selector, template, strategy, minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds } = spec;
  errors.nonNegative('spec.replicas', replicas);
  if (!selector) {
    errors.required('spec.selector');
  } else {
    validateLabelSelector(errors, 'spec.selector', selector);
    if (isEmptySelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'empty selector is invalid for deployment');
  }
  if (!isUsableSelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'invalid label selector');
  else validateReplicaSetTemplate(errors, 'spec.template', selector, template);
  validateStrategy(errors, 'spec.strategy', strategy ?? {});
  errors.nonNegative('spec.minReadySeconds', minReadySeconds);
  errors.nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit);
  errors.nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds);
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.invalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds');
  }
}

function validateStrategy(errors: FieldErrors, path: string, strategy: DeepReadonly<apps.DeploymentStrategy>): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate) errors.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
  } else if (type !== 'RollingUpdate') {
    if (type !== undefined) errors.notSupported(path, go('apps.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate']);
  } else if (!rollingUpdate) {
    errors.required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil');
  } else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    validatePositiveIntOrPercent(errors, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable);
    validatePositiveIntOrPercent(errors, `${path}.rollingUpdate.maxSurge`, maxSurge);
    if (isZero(maxUnavailable) && isZero(maxSurge)) {
      errors.invalid(`${path}.rollingUpdate.maxUnavailable`, go('intstr.IntOrString', maxUnavailable), 'may not be 0 when `maxSurge` is 0');
    }
    validateAtMost100Percent(errors, `${path}.rollingUpdate.maxUnavailable`, maxUnavailable);
  }
}

function validateStatus(errors: FieldErrors, status: DeepReadonly<apps.DeploymentStatus>, old: DeepReadonly<apps.DeploymentStatus>): void {
  const counts = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'] as const;
  errors.nonNegative('status.observedGeneration', status.observedGeneration);
  for (const field of counts) errors.nonNegative(`status.${field}`, status[field]);
  errors.nonNegative('status.collisionCount', status.collisionCount);
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const field of ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    const count = status[field] ?? 0;
    if (count > replicas) errors.invalid(`status.${field}`, count, 'cannot be greater than status.replicas');
  }
  if (availableReplicas > readyReplicas) errors.invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas');
  if ((status.collisionCount ?? 0) < (old.collisionCount ?? 0)) errors.invalid('status.collisionCount', status.collisionCount ?? 0, 'cannot be decremented');
}
