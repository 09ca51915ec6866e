import type { DeepReadonly } from '../../base/deep-readonly';
import type { batch, PodSpec } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelName } from './labels';

const MAXIMUM_RULES = 20;
const MAXIMUM_VALUES = 255;

export function validatePodFailurePolicy(errors: FieldErrors, path: string, policy: DeepReadonly<batch.PodFailurePolicy>, podSpec: DeepReadonly<PodSpec> | undefined): void {
  const rules = policy.rules ?? [];
  const containers = [...(podSpec?.containers ?? []), ...(podSpec?.initContainers ?? [])].map(({ name }) => name);
  if (rules.length > MAXIMUM_RULES) errors.tooMany(`${path}.rules`, rules.length, MAXIMUM_RULES);
  rules.forEach((rule, index) => validateRule(errors, `${path}.rules[${index}]`, rule, containers));
}

function validateRule(errors: FieldErrors, path: string, rule: DeepReadonly<batch.PodFailurePolicyRule>, containers: readonly string[]): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (!action) errors.required(`${path}.action`, 'valid values: "Count", "FailIndex", "FailJob", "Ignore"');
  else errors.oneOf(`${path}.action`, action, ['Count', 'FailIndex', 'FailJob', 'Ignore']);
  if (onExitCodes) validateExitCodes(errors, `${path}.onExitCodes`, onExitCodes, containers);
  onPodConditions.forEach(({ type = '', status = '' }, index) => {
    validateLabelName(errors, `${path}.onPodConditions[${index}].type`, type);
    errors.oneOf(`${path}.onPodConditions[${index}].status`, status, ['False', 'True', 'Unknown']);
  });
  if (onExitCodes && onPodConditions.length > 0) errors.invalid(path, '', 'specifying both OnExitCodes and OnPodConditions is not supported');
  if (!onExitCodes && onPodConditions.length === 0) errors.invalid(path, '', 'specifying one of OnExitCodes and OnPodConditions is required');
}

function validateExitCodes(errors: FieldErrors, path: string, codes: DeepReadonly<batch.PodFailurePolicyOnExitCodesRequirement>, containers: readonly string[]): void {
  const { operator, containerName, values = [] } = codes;
  if (!operator) errors.required(`${path}.operator`, 'valid values: "In", "NotIn"');
  else errors.oneOf(`${path}.operator`, operator, ['In', 'NotIn']);
  if (containerName !== undefined && !containers.includes(containerName)) {
    errors.invalid(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template');
  }
  if (values.length === 0) errors.invalid(`${path}.values`, go('[]int32', values), 'at least one value is required');
  if (values.length > MAXIMUM_VALUES) errors.tooMany(`${path}.values`, values.length, MAXIMUM_VALUES);
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) errors.invalid(`${path}.values[${index}]`, value, 'must not be 0 for the In operator');
    if (values.indexOf(value) < index) errors.duplicate(`${path}.values[${index}]`, value);
  });
  if (values.some((value, index) => index > 0 && value < values[index - 1])) errors.invalid(`${path}.values`, go('[]int32', values), 'must be ordered');
}
