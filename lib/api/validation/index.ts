import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../kinds';
import type { FieldError } from '../status-error';
import type { KubeObject } from '../types';
import { FieldErrors } from './field-errors';
import { VALIDATORS } from './table';
import { validateGenericMeta, validateGenericMetaUpdate } from './metadata';

const keyOf = ({ resource, group }: ResourceInfo) => (group ? `${resource}.${group}` : resource);

/** The problems of a new object, in upstream's order; it is decoded and defaulted. Kinds without rules of their own get those of all kinds. */
export function validateCreate(object: DeepReadonly<KubeObject>, resource: ResourceInfo): FieldError[] {
  const errors = new FieldErrors();
  VALIDATORS[keyOf(resource)]?.validate(object, errors);
  if (errors.list.length === 0) validateGenericMeta(errors, object.metadata);
  return errors.list;
}

/** The problems of a change. `subresource` is `status`, `ephemeralcontainers`, `approval` … of the same object (not `scale`). */
export function validateUpdate(object: DeepReadonly<KubeObject>, old: DeepReadonly<KubeObject>, resource: ResourceInfo, subresource?: string): FieldError[] {
  const errors = new FieldErrors();
  validateGenericMeta(errors, object.metadata);
  validateGenericMetaUpdate(errors, object.metadata, old.metadata);
  const validator = VALIDATORS[keyOf(resource)];
  if (validator?.validateUpdate) validator.validateUpdate(object, old, errors, subresource);
  else if (!subresource) validator?.validate(object, errors);
  return errors.list;
}
