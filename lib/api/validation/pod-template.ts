import type { DeepReadonly } from '../../base/deep-readonly';
import type { LabelSelector, PodTemplateSpec } from '../types';
import { matchesLabelSelector } from '../selectors';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isEmptySelector, isUsableSelector, validateAnnotations, validateLabels } from './labels';
import { validatePodAnnotations } from './pod';
import { validatePodSpec } from './pod-spec';

type Template = DeepReadonly<PodTemplateSpec> | undefined;
type Selector = DeepReadonly<LabelSelector> | undefined;

export function validatePodTemplate(errors: FieldErrors, path: string, template: Template): void {
  validateTemplateMetadata(errors, path, template);
  const spec = template?.spec;
  if (!spec) errors.required(`${path}.spec.containers`);
  else validatePodSpec(errors, `${path}.spec`, spec);
  if (spec?.ephemeralContainers?.length) errors.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}

/** All that is checked of the template of a StatefulSet. */
export function validateTemplateMetadata(errors: FieldErrors, path: string, template: Template): void {
  validateLabels(errors, `${path}.labels`, template?.metadata?.labels);
  validateAnnotations(errors, `${path}.annotations`, template?.metadata?.annotations);
  validatePodAnnotations(errors, `${path}.annotations`, template?.metadata?.annotations, template?.spec ?? { containers: [] });
}

/** Workloads that keep Pods alive: their template restarts always and has no deadline. */
export function validateAlwaysRestarts(errors: FieldErrors, path: string, template: Template, kind: string): void {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy && restartPolicy !== 'Always') errors.notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always']);
  if (activeDeadlineSeconds !== undefined) errors.forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`);
}

/** The labels of the template must fit; bad and empty selectors are reported elsewhere. */
export function validateSelectsTemplate(errors: FieldErrors, path: string, selector: Selector, template: Template): void {
  if (!isUsableSelector(selector) || (selector && isEmptySelector(selector))) return;
  const labels = template?.metadata?.labels;
  if (!matchesLabelSelector(selector, labels ?? {})) errors.invalid(`${path}.metadata.labels`, go('map[string]string', labels), '`selector` does not match template `labels`');
}

/** The template of Deployments and ReplicaSets. */
export function validateReplicaSetTemplate(errors: FieldErrors, path: string, selector: Selector, template: Template): void {
  validateSelectsTemplate(errors, path, selector, template);
  validatePodTemplate(errors, path, template);
  validateAlwaysRestarts(errors, path, template, 'ReplicaSet');
}
