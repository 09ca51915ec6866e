import { applyDefaults } from '../api/defaults/index';
import { defaultCustomResource } from '../api/schema/custom-resource-defaults';
import { validateCustomResource } from '../api/schema/custom-resource-validation';
import type { FieldError } from '../api/status-error';
import { validateCreate, validateUpdate } from '../api/validation/index';
import { isDns1123Subdomain } from '../api/validation/names';
import type { AnyObject } from './any-object';
import type { Stored } from './object-storage';
import type { Resource } from './registry/resource';

/** Kubernetes' own rules in lib/api, by resource: built-in or custom. */

export function applyDefaultsTo(object: AnyObject, resource: Resource): void {
  const schema = resource.custom?.schema.source;
  if (schema) defaultCustomResource(object, schema);
  else applyDefaults(object, resource);
  if (resource.kind === 'Pod' && resource.group === '') listAddress(object);
}

export function createErrors(object: AnyObject, resource: Resource): readonly FieldError[] {
  return [...validateCreate(withoutNulls(object), resource), ...nameErrors(object, resource), ...customErrors(object, resource)];
}

export function updateErrors(object: AnyObject, old: Stored, resource: Resource, subresource: string): readonly FieldError[] {
  return [...validateUpdate(withoutNulls(object), withoutNulls(old as AnyObject), resource, subresource), ...customErrors(object, resource)];
}

/** Names of custom resources are DNS subdomains; built-in kinds say so themselves. */
function nameErrors({ metadata }: AnyObject, { custom }: Resource): readonly FieldError[] {
  const { name = '' } = metadata;
  if (!custom || name === '') return [];
  return isDns1123Subdomain(name).map((text) => ({ reason: 'FieldValueInvalid', field: 'metadata.name', message: `Invalid value: ${JSON.stringify(name)}: ${text}` }));
}

function customErrors(object: AnyObject, { custom }: Resource): readonly FieldError[] {
  return custom?.schema.source ? validateCustomResource(object, custom.schema.source) : [];
}

/** A pod's only address is also the first of its addresses. */
function listAddress({ status }: AnyObject): void {
  if (typeof status?.podIP === 'string' && status.podIP !== '' && status.podIPs === undefined) status.podIPs = [{ ip: status.podIP }];
}

/** Required lists that are empty are written as null (`rules`, `subjects`); to the rules they are absent. */
function withoutNulls(object: AnyObject): AnyObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as AnyObject;
}
