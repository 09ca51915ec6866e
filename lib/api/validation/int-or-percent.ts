import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isPercent } from './names';

export type IntOrPercent = number | string | undefined;

export function validatePositiveIntOrPercent(errors: FieldErrors, field: string, value: IntOrPercent): void {
  if (typeof value === 'string') errors.invalidEach(field, go('intstr.IntOrString', value), isPercent(value));
  else errors.nonNegative(field, value);
}

export function validateAtMost100Percent(errors: FieldErrors, field: string, value: IntOrPercent): void {
  if (typeof value === 'string' && isPercent(value).length === 0 && parseInt(value, 10) > 100) errors.invalid(field, go('intstr.IntOrString', value), 'must not be greater than 100%');
}

export const isZero = (value: IntOrPercent) => (typeof value === 'string' ? isPercent(value).length > 0 || parseInt(value, 10) === 0 : (value ?? 0) === 0);
