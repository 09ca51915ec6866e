import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../kinds';
import type { FieldError } from '../status-error';
import type { KubeObject } from '../types';
import { FieldErrors } from './field-errors';
import { VALIDATORS } from './table';
import { withoutNulls } from './without-nulls';
import { validateGenericMeta, validateGenericMetaUpdate } from './metadata';

const keyOf = ({ resource, group }: ResourceInfo) => (group ? `${resource}.${group}` : resource);

/** The problems of a new object, in upstream's order; it is decoded and defaulted. Kinds without rules of their own get those of all kinds. */
export function validateCreate(object: DeepReadonly<KubeObject>, resource: ResourceInfo): FieldError[] {
  const errors = new FieldErrors();
  const given = withoutNulls(object);
  VALIDATORS[keyOf(resource)]?.validate(given, errors);
  if (errors.list.length === 0) validateGenericMeta(errors, given.metadata);
  return errors.list;
}

/** The problems of a change. `subresource` is `status`, `ephemeralcontainers`, `approval` … of the same object (not `scale`). */
export function validateUpdate(object: DeepReadonly<KubeObject>, old: DeepReadonly<KubeObject>, resource: ResourceInfo, subresource?: string): FieldError[] {
  const errors = new FieldErrors();
  const now = withoutNulls(object);
  const before = withoutNulls(old);
  validateGenericMeta(errors, now.metadata);
  validateGenericMetaUpdate(errors, now.metadata, before.metadata);
  const validator = VALIDATORS[keyOf(resource)];
  if (validator?.validateUpdate) validator.validateUpdate(now, before, errors, subresource);
  else if (!subresource) validator?.validate(now, errors);
  return errors.list;
}
