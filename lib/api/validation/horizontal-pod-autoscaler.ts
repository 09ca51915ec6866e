import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../quantity';
import type { autoscaling, KubeObject } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain, isPathSegment } from './names';
import type { Validator } from './validator';

/** Also of autoscaling/v1, which has only the first three. */
type Spec = DeepReadonly<Partial<autoscaling.HorizontalPodAutoscalerSpec>>;
type HorizontalPodAutoscaler = KubeObject & { spec?: autoscaling.HorizontalPodAutoscalerSpec };
type Target = DeepReadonly<autoscaling.MetricTarget>;
type Metric = DeepReadonly<autoscaling.MetricSpec>;

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

export const horizontalPodAutoscaler: Validator<HorizontalPodAutoscaler> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource !== 'status') validateSpec(errors, object.spec ?? {});
  },
};

function validateSpec(errors: FieldErrors, { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior }: Spec): void {
  if (minReplicas !== undefined && minReplicas < 1) errors.invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1');
  if (maxReplicas < 1) errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0');
  if (minReplicas !== undefined && maxReplicas < minReplicas) errors.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
  validateReference(errors, 'spec.scaleTargetRef', scaleTargetRef);
  metrics.forEach((metric, index) => validateMetric(errors, `spec.metrics[${index}]`, metric));
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    errors.forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas');
  }
  validateScalingRules(errors, 'spec.behavior.scaleUp', behavior?.scaleUp);
  validateScalingRules(errors, 'spec.behavior.scaleDown', behavior?.scaleDown);
}

function validateReference(errors: FieldErrors, path: string, reference: { readonly kind?: string; readonly name?: string } | undefined): void {
  for (const field of ['kind', 'name'] as const) {
    const value = reference?.[field];
    if (!value) errors.required(`${path}.${field}`);
    else errors.invalidEach(`${path}.${field}`, value, isPathSegment(value));
  }
}

function validateMetric(errors: FieldErrors, path: string, metric: Metric): void {
  const { type = '' } = metric;
  if (!type) errors.required(`${path}.type`, 'must specify a metric source type');
  if (!METRIC_TYPES.includes(type)) {
    // Once as an unknown name and once as a source without rules.
    errors.notSupported(`${path}.type`, type, METRIC_TYPES);
    errors.notSupported(`${path}.type`, type, METRIC_TYPES);
    return;
  }
  const field = (type.charAt(0).toLowerCase() + type.slice(1)) as 'containerResource' | 'external' | 'object' | 'pods' | 'resource';
  for (const other of ['containerResource', 'external', 'object', 'pods', 'resource'] as const) {
    if (other !== field && metric[other]) errors.forbidden(`${path}.${other}`, `must populate only the given metric source (${field})`);
  }
  if (!metric[field]) return errors.required(`${path}.${field}`, `must populate information for the given metric source`);
  validateSource(errors, `${path}.${field}`, metric);
}

function validateSource(errors: FieldErrors, path: string, metric: Metric): void {
  if (metric.type === 'Object' && metric.object) {
    const { describedObject, metric: identifier, target } = metric.object;
    validateReference(errors, `${path}.describedObject`, describedObject);
    validateIdentifier(errors, path, identifier);
    validateTarget(errors, path, target);
    if (target?.value === undefined && target?.averageValue === undefined) errors.required(`${path}.target.averageValue`, 'must set either a target value or averageValue');
  } else if (metric.type === 'External' && metric.external) {
    const { metric: identifier, target } = metric.external;
    validateIdentifier(errors, path, identifier);
    validateTarget(errors, path, target);
    if (target?.value === undefined && target?.averageValue === undefined) errors.required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target');
    if (target?.value !== undefined && target.averageValue !== undefined) errors.forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target');
  } else if (metric.type === 'Pods' && metric.pods) {
    validateIdentifier(errors, path, metric.pods.metric);
    validateTarget(errors, path, metric.pods.target);
    if (metric.pods.target?.averageValue === undefined) errors.required(`${path}.target.averageValue`, 'must specify a positive target averageValue');
  } else {
    const source = metric.containerResource ?? metric.resource;
    if (!source?.name) errors.required(`${path}.name`, 'must specify a resource name');
    if (metric.type === 'ContainerResource' && !metric.containerResource?.container) errors.required(`${path}.container`, 'must specify a container');
    validateTarget(errors, path, source?.target);
    const { averageUtilization, averageValue } = source?.target ?? {};
    if (averageUtilization === undefined && averageValue === undefined) errors.required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization');
    if (averageUtilization !== undefined && averageValue !== undefined) errors.forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization');
  }
}

function validateIdentifier(errors: FieldErrors, path: string, identifier: DeepReadonly<autoscaling.MetricIdentifier> | undefined): void {
  const name = identifier?.name;
  if (!name) errors.required(`${path}.metric.name`);
  else errors.invalidEach(`${path}.metric.name`, name, isPathSegment(name));
  validateLabelSelector(errors, `${path}.metric.selector`, identifier?.selector);
}

function validateTarget(errors: FieldErrors, path: string, target: Target | undefined): void {
  const { type, averageUtilization, value, averageValue } = target ?? {};
  if (!type) errors.required(`${path}.target.type`, 'must specify a metric target type');
  else if (!['Utilization', 'Value', 'AverageValue'].includes(type)) errors.invalid(`${path}.target.type`, type, 'must be either Utilization, Value, or AverageValue');
  if (averageUtilization !== undefined && averageUtilization < 1) errors.invalid(`${path}.target.averageUtilization`, averageUtilization, 'must be greater than 0');
  if (value !== undefined && parseQuantity(value) <= 0) errors.invalid(`${path}.target.value`, go('resource.Quantity', value), 'must be positive');
  if (averageValue !== undefined && parseQuantity(averageValue) <= 0) errors.invalid(`${path}.target.averageValue`, go('resource.Quantity', averageValue), 'must be positive');
}

function validateScalingRules(errors: FieldErrors, path: string, rules: DeepReadonly<autoscaling.HPAScalingRules> | undefined): void {
  if (!rules) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules;
  errors.nonNegative(`${path}.stabilizationWindowSeconds`, window);
  if (window !== undefined && window > 3600) errors.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600');
  if (selectPolicy !== undefined) errors.oneOf(`${path}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']);
  if (policies.length === 0) errors.required(`${path}.policies`, 'must specify at least one Policy');
  policies.forEach(({ type, value = 0, periodSeconds = 0 }, index) => {
    errors.oneOf(`${path}.policies[${index}].type`, type, ['Percent', 'Pods']);
    if (value <= 0) errors.invalid(`${path}.policies[${index}].value`, value, 'must be greater than zero');
    if (periodSeconds <= 0) errors.invalid(`${path}.policies[${index}].periodSeconds`, periodSeconds, 'must be greater than zero');
    if (periodSeconds > 1800) errors.invalid(`${path}.policies[${index}].periodSeconds`, periodSeconds, 'must be less than or equal to 1800');
  });
}
