import type { FieldErrors } from './field-errors';

/** A path inside something: relative, without `..`. */
export function validateLocalDescendingPath(errors: FieldErrors, field: string, target: string): void {
  if (target.startsWith('/')) errors.invalid(field, target, 'must be a relative path');
  validateNoBacksteps(errors, field, target);
}

export function validateNoBacksteps(errors: FieldErrors, field: string, target: string): void {
  if (hasBacksteps(target)) errors.invalid(field, target, "must not contain '..'");
}

export const hasBacksteps = (target: string) => target.split('/').includes('..');

/** Also not a name that begins with `..`: the kubelet's own entries in a volume do. */
export function validateLocalNonReservedPath(errors: FieldErrors, field: string, target: string): void {
  validateLocalDescendingPath(errors, field, target);
  if (target.startsWith('..') && !target.startsWith('../')) errors.invalid(field, target, "must not start with '..'");
}

export function validateFileMode(errors: FieldErrors, field: string, mode: number | undefined): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}
