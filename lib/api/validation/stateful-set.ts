import type { DeepReadonly } from '../../base/deep-readonly';
import type { apps, StatefulSet } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validateAlwaysRestarts, validateSelectsTemplate, validateTemplateMetadata } from './pod-template';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

const MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

type Spec = Partial<DeepReadonly<apps.StatefulSetSpec>> & { readonly ordinals?: { readonly start?: number } };

export const statefulSet: Validator<StatefulSet> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'status') return validateStatus(errors, object.status ?? {});
    validateSpec(errors, object.spec ?? {});
    const fixed = (spec: object) => Object.fromEntries(Object.entries(spec).filter(([key]) => !MUTABLE.includes(key)));
    if (!semanticEqual(fixed(object.spec), fixed(old.spec))) {
      errors.forbidden('spec', `updates to statefulset spec for fields other than ${MUTABLE.slice(0, -1).map((field) => `'${field}'`).join(', ')} and 'minReadySeconds' are forbidden`);
    }
  },
};

function validateSpec(errors: FieldErrors, spec: Spec): void {
  const { podManagementPolicy, replicas, minReadySeconds, ordinals, selector, template } = spec;
  if (!podManagementPolicy) errors.required('spec.podManagementPolicy');
  else if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy)) errors.invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
  validateUpdateStrategy(errors, spec.updateStrategy ?? {});
  validateRetentionPolicy(errors, spec);
  errors.nonNegative('spec.replicas', replicas);
  errors.nonNegative('spec.minReadySeconds', minReadySeconds);
  errors.nonNegative('spec.ordinals.start', ordinals?.start);
  if (!selector) {
    errors.required('spec.selector');
  } else {
    validateLabelSelector(errors, 'spec.selector', selector);
    if (isEmptySelector(selector)) errors.invalid('spec.selector', go('v1.LabelSelector', selector), 'empty selector is invalid for statefulset');
  }
  if (isUsableSelector(selector)) {
    validateSelectsTemplate(errors, 'spec.template', selector, template);
    validateTemplateMetadata(errors, 'spec.template', template);
  } else {
    errors.invalid('spec.selector', go('v1.LabelSelector', selector));
  }
  validateAlwaysRestarts(errors, 'spec.template', template, 'StatefulSet');
}

function validateUpdateStrategy(errors: FieldErrors, strategy: DeepReadonly<apps.StatefulSetUpdateStrategy>): void {
  const { type, rollingUpdate } = strategy;
  if (!type) errors.required('spec.updateStrategy');
  else if (type === 'RollingUpdate') errors.nonNegative('spec.updateStrategy.rollingUpdate.partition', rollingUpdate?.partition);
  else if (type !== 'OnDelete') errors.invalid('spec.updateStrategy', go('apps.StatefulSetUpdateStrategy', strategy), "must be 'RollingUpdate' or 'OnDelete'");
  else if (rollingUpdate) errors.invalid('spec.updateStrategy.rollingUpdate', go('apps.RollingUpdateStatefulSetStrategy', rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'");
}

function validateRetentionPolicy(errors: FieldErrors, { persistentVolumeClaimRetentionPolicy: policy }: Spec): void {
  if (!policy) return;
  errors.oneOf('spec.persistentVolumeClaimRetentionPolicy.whenDeleted', policy.whenDeleted, ['Retain', 'Delete']);
  errors.oneOf('spec.persistentVolumeClaimRetentionPolicy.whenScaled', policy.whenScaled, ['Retain', 'Delete']);
}

function validateStatus(errors: FieldErrors, status: Partial<DeepReadonly<apps.StatefulSetStatus>>): void {
  const { replicas = 0 } = status;
  const counts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
  errors.nonNegative('status.replicas', replicas);
  for (const field of counts.slice(0, 3)) errors.nonNegative(`status.${field}`, status[field]);
  errors.nonNegative('status.observedGeneration', status.observedGeneration);
  errors.nonNegative('status.collisionCount', status.collisionCount);
  errors.nonNegative('status.availableReplicas', status.availableReplicas);
  for (const field of counts) {
    const count = status[field] ?? 0;
    if (count > replicas) errors.invalid(`status.${field}`, count, 'cannot be greater than status.replicas');
  }
}
