import type { DeepReadonly } from '../../base/deep-readonly';
import type { LabelSelector, Labels } from '../types';
import type { FieldErrors } from './field-errors';
import { bytes, isLabelValue, isQualifiedName } from './names';

const ANNOTATIONS_LIMIT = 256 * 1024;

export function validateLabels(errors: FieldErrors, path: string, labels: Labels | undefined): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    errors.invalidEach(path, key, isQualifiedName(key));
    errors.invalidEach(path, value, isLabelValue(value));
  }
}

export function validateLabelName(errors: FieldErrors, path: string, name: string): void {
  errors.invalidEach(path, name, isQualifiedName(name));
}

export function validateAnnotations(errors: FieldErrors, path: string, annotations: Labels | undefined): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.invalidEach(path, key, isQualifiedName(key.toLowerCase()));
    size += bytes(key) + bytes(value);
  }
  if (size > ANNOTATIONS_LIMIT) errors.tooLong(path, ANNOTATIONS_LIMIT);
}

/** An absent selector is a good one; whether it may be absent or empty is for the caller to say. */
export function validateLabelSelector(errors: FieldErrors, path: string, selector: DeepReadonly<LabelSelector> | undefined): void {
  if (!selector) return;
  validateLabels(errors, `${path}.matchLabels`, selector.matchLabels);
  selector.matchExpressions?.forEach((requirement, index) => validateRequirement(errors, `${path}.matchExpressions[${index}]`, requirement));
}

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

function validateRequirement(errors: FieldErrors, path: string, { key = '', operator = '', values = [] }: Requirement): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    errors.invalid(`${path}.operator`, operator, 'not a valid selector operator');
  }
  validateLabelName(errors, `${path}.key`, key);
  values.forEach((value, index) => errors.invalidEach(`${path}.values[${index}]`, value, isLabelValue(value)));
}

/** Upstream could turn it into a selector. */
export function isUsableSelector(selector: DeepReadonly<LabelSelector> | undefined): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => isQualifiedName(key).length === 0 && isLabelValue(value).length === 0)
    && (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => isQualifiedName(key).length === 0
      && (operator === 'In' || operator === 'NotIn' ? values.length > 0 : (operator === 'Exists' || operator === 'DoesNotExist') && values.length === 0));
}

export const isEmptySelector = (selector: DeepReadonly<LabelSelector>) =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
