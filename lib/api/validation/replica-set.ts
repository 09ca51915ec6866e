import type { DeepReadonly } from '../../base/deep-readonly';
import type { apps, ReplicaSet, ReplicationController } from '../types';
import { matchesLabels } from '../selectors';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateAlwaysRestarts, validatePodTemplate, validateReplicaSetTemplate } from './pod-template';
import type { Validator } from './validator';

export const replicaSet: Validator<ReplicaSet> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateReplicaSetSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') {
      validateObjectMetaUpdate(errors, object.metadata, old.metadata);
      return validateReplicaCounts(errors, object.status ?? {});
    }
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateReplicaSetSpec(errors, object.spec ?? {});
    errors.immutable('spec.selector', object.spec.selector, old.spec.selector, go('v1.LabelSelector', object.spec.selector));
  },
};

function validateReplicaSetSpec(errors: FieldErrors, { replicas, minReadySeconds, selector, template }: Partial<DeepReadonly<apps.ReplicaSetSpec>>): void {
  errors.nonNegative('spec.replicas', replicas);
  errors.nonNegative('spec.minReadySeconds', minReadySeconds);
  if (!selector) {
    errors.required('spec.selector');
  } else {
    validateLabelSelector(errors, 'spec.selector', selector);
    if (isEmptySelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'empty selector is invalid for deployment');
  }
  if (!isUsableSelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'invalid label selector');
  else validateReplicaSetTemplate(errors, 'spec.template', selector, template);
}

export const replicationController: Validator<ReplicationController> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateControllerSpec(errors, object);
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') {
      validateObjectMetaUpdate(errors, object.metadata, old.metadata);
      return validateReplicaCounts(errors, object.status ?? {});
    }
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateControllerSpec(errors, object);
  },
};

function validateControllerSpec(errors: FieldErrors, { spec = {} }: DeepReadonly<ReplicationController>): void {
  const { minReadySeconds, selector = {}, replicas, template } = spec;
  errors.nonNegative('spec.minReadySeconds', minReadySeconds);
  if (Object.keys(selector).length === 0) errors.required('spec.selector');
  errors.nonNegative('spec.replicas', replicas);
  if (!template) return errors.required('spec.template');
  const labels = template.metadata?.labels;
  if (!matchesLabels(selector, labels ?? {})) errors.invalid('spec.template.metadata.labels', go('map[string]string', labels), '`selector` does not match template `labels`');
  validatePodTemplate(errors, 'spec.template', template);
  validateAlwaysRestarts(errors, 'spec.template', template, 'ReplicationController');
}

function validateReplicaCounts(errors: FieldErrors, status: Partial<DeepReadonly<apps.ReplicaSetStatus>>): void {
  const { replicas = 0, fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0, observedGeneration } = status;
  errors.nonNegative('status.replicas', replicas);
  errors.nonNegative('status.fullyLabeledReplicas', fullyLabeledReplicas);
  errors.nonNegative('status.readyReplicas', readyReplicas);
  errors.nonNegative('status.availableReplicas', availableReplicas);
  errors.nonNegative('status.observedGeneration', observedGeneration);
  const atMost = (field: string, value: number, limit: number, limitName: string) => value > limit && errors.invalid(`status.${field}`, value, `cannot be greater than ${limitName}`);
  atMost('fullyLabeledReplicas', fullyLabeledReplicas, replicas, 'status.replicas');
  atMost('readyReplicas', readyReplicas, replicas, 'status.replicas');
  atMost('availableReplicas', availableReplicas, replicas, 'status.replicas');
  atMost('availableReplicas', availableReplicas, readyReplicas, 'readyReplicas');
}
