import type { DeepReadonly } from '../../base/deep-readonly';
import type { batch, Job } from '../types';
import { matchesLabelSelector } from '../selectors';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isUsableSelector, validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Label, isDns1123Subdomain } from './names';
import { validatePodFailurePolicy } from './pod-failure-policy';
import { validatePodTemplate } from './pod-template';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

type JobSpec = Partial<DeepReadonly<batch.JobSpec>>;

const MAXIMUM_INDEXED_PARALLELISM = 100_000;

export const job: Validator<Job> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateGeneratedSelector(errors, object);
    validateJobSpecWithSelector(errors, 'spec', object.spec ?? {});
    validateIndexedPodName(errors, object);
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') {
      validateObjectMetaUpdate(errors, object.metadata, old.metadata);
      for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) errors.nonNegative(`status.${field}`, object.status?.[field]);
      return;
    }
    this.validate(object, errors);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateJobSpecWithSelector(errors, 'spec', object.spec ?? {});
    validateImmutableFields(errors, object.spec, old.spec, (old.status?.startTime ?? '') === '');
  },
};

/** What a CronJob's template shares with a Job. */
export function validateJobSpec(errors: FieldErrors, path: string, spec: JobSpec): void {
  const counts = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const;
  for (const field of counts) errors.nonNegative(`${path}.${field}`, spec[field]);
  const { completionMode, completions, parallelism = 0, podFailurePolicy, template } = spec;
  if (completionMode !== undefined) errors.oneOf(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed']);
  if (completionMode === 'Indexed') {
    if (completions === undefined) errors.required(`${path}.completions`, 'when completion mode is Indexed');
    if (parallelism > MAXIMUM_INDEXED_PARALLELISM) {
      errors.invalid(`${path}.parallelism`, parallelism, `must be less than or equal to ${MAXIMUM_INDEXED_PARALLELISM} when completion mode is Indexed`);
    }
  }
  if (podFailurePolicy) validatePodFailurePolicy(errors, `${path}.podFailurePolicy`, podFailurePolicy, template?.spec);
  validatePodTemplate(errors, `${path}.template`, template);
  const restartPolicy = template?.spec?.restartPolicy;
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') errors.required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"');
  else if (podFailurePolicy && restartPolicy !== 'Never') errors.invalid(`${path}.template.spec.restartPolicy`, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
}

function validateJobSpecWithSelector(errors: FieldErrors, path: string, spec: JobSpec): void {
  validateJobSpec(errors, path, spec);
  if (!spec.selector) errors.required(`${path}.selector`);
  else validateLabelSelector(errors, `${path}.selector`, spec.selector);
  const labels = spec.template?.metadata?.labels;
  if (isUsableSelector(spec.selector) && !matchesLabelSelector(spec.selector, labels ?? {})) {
    errors.invalid(`${path}.template.metadata.labels`, go('map[string]string', labels), '`selector` does not match template `labels`');
  }
}

/** Without manualSelector, labels and selector are the ones the API server makes of name and uid. */
function validateGeneratedSelector(errors: FieldErrors, { metadata, spec }: DeepReadonly<Job>): void {
  if (spec?.manualSelector || !spec?.selector) return;
  const { uid = '', name = '' } = metadata;
  if (!uid) errors.required('metadata.uid');
  const expected = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name };
  const labels = spec.template?.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) errors.required(field, `must be '${value}'`);
    else if (labels[key] !== value) errors.invalid(field, labels[key], `must be '${value}'`);
  }
  if (isUsableSelector(spec.selector) && !matchesLabelSelector(spec.selector, expected)) {
    errors.invalid('spec.selector', go('v1.LabelSelector', spec.selector), '`selector` not auto-generated');
  }
}

function validateIndexedPodName(errors: FieldErrors, { metadata, spec }: DeepReadonly<Job>): void {
  if (spec?.completionMode !== 'Indexed' || !spec.completions || spec.completions < 1) return;
  const podName = `${metadata.name}-${spec.completions - 1}`;
  if (isDns1123Label(podName).length > 0) errors.invalid('metadata.name', metadata.name ?? '', `will not able to create pod with invalid DNS label: ${podName}`);
}

function validateImmutableFields(errors: FieldErrors, spec: JobSpec, old: JobSpec, notStarted: boolean): void {
  const elastic = spec.completionMode === 'Indexed' && old.completionMode === 'Indexed' && spec.completions !== undefined && spec.completions === spec.parallelism;
  if (!elastic) errors.immutable('spec.completions', spec.completions, old.completions);
  errors.immutable('spec.selector', spec.selector, old.selector, spec.selector && go('v1.LabelSelector', spec.selector));
  const template = old.suspend && notStarted ? withSchedulingOf(spec.template, old.template) : spec.template;
  if (!semanticEqual(template, old.template)) errors.invalid('spec.template', go('core.PodTemplateSpec', spec.template), 'field is immutable');
  errors.immutable('spec.completionMode', spec.completionMode, old.completionMode);
  errors.immutable('spec.podFailurePolicy', spec.podFailurePolicy, old.podFailurePolicy, spec.podFailurePolicy && go('batch.PodFailurePolicy', spec.podFailurePolicy));
  errors.immutable('spec.backoffLimitPerIndex', spec.backoffLimitPerIndex, old.backoffLimitPerIndex);
}

type Template = JobSpec['template'];

/** Where the Pods of a Job that waits will run may still be changed. */
function withSchedulingOf(template: Template, old: Template): unknown {
  const { affinity, nodeSelector, tolerations, schedulingGates } = old?.spec ?? {};
  return {
    ...template,
    metadata: { ...template?.metadata, labels: old?.metadata?.labels, annotations: old?.metadata?.annotations },
    spec: { ...template?.spec, affinity, nodeSelector, tolerations, schedulingGates },
  };
}
