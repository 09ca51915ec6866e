import type { FieldError } from '../api/status-error';
import type { AnyObject } from './any-object';
import type { Stored } from './object-storage';
import type { Resource } from './registry/resource';

/** The seam to Kubernetes' own rules in lib/api: defaults and validation by resource. */

export function applyDefaultsTo(_object: AnyObject, _resource: Resource): void {
  return;
}

export function createErrors(_object: AnyObject, _resource: Resource): readonly FieldError[] {
  return [];
}

export function updateErrors(_object: AnyObject, _old: Stored, _resource: Resource, _subresource: string): readonly FieldError[] {
  return [];
}
