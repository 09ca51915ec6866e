import type { DeepReadonly } from '../base/deep-readonly';
import { applyDefaults } from './defaults/index';
import type { ResourceInfo } from './kinds';
import { defaultCustomResource } from './schema/custom-resource-defaults';
import { validateCustomResource } from './schema/custom-resource-validation';
import type { Schema } from './schema/schema';
import type { FieldError } from './status-error';
import type { KubeObject } from './types';
import { validateCreate, validateUpdate } from './validation/index';
import { isDns1123Subdomain } from './validation/names';

/** A kind with its rules: built in, or with the schema of its CustomResourceDefinition. */
export interface ServedKind extends ResourceInfo {
  /** `wholeObject`: without a status subresource, so that its writers write the status too. */
  readonly custom?: { readonly schema: Schema; readonly wholeObject: boolean };
}

/** Fills in, in place, what the server fills in for every writer of a decoded object. */
export function applyDefaultsTo(object: KubeObject, kind: ServedKind): void {
  const schema = kind.custom?.schema.source;
  if (schema) defaultCustomResource(object, schema);
  else applyDefaults(object, kind);
  if (kind.kind === 'Pod' && kind.group === '') listAddress(object);
}

/** What the server has against a new object that is decoded, defaulted and prepared. */
export function createErrors(object: KubeObject, kind: ServedKind): FieldError[] {
  return [...validateCreate(withoutNulls(object), kind), ...nameErrors(object, kind), ...customErrors(object, kind)];
}

/** What the server has against a change. */
export function updateErrors(object: KubeObject, old: DeepReadonly<KubeObject>, kind: ServedKind, subresource: string): FieldError[] {
  return [...validateUpdate(withoutNulls(object), withoutNulls(old as KubeObject), kind, subresource), ...customErrors(object, kind)];
}

/** Names of custom resources are DNS subdomains; built-in kinds say so themselves. */
function nameErrors({ metadata }: KubeObject, { custom }: ServedKind): readonly FieldError[] {
  const { name = '' } = metadata;
  if (!custom || name === '') return [];
  return isDns1123Subdomain(name).map((text) => ({ reason: 'FieldValueInvalid', field: 'metadata.name', message: `Invalid value: ${JSON.stringify(name)}: ${text}` }));
}

function customErrors(object: KubeObject, { custom }: ServedKind): readonly FieldError[] {
  return custom?.schema.source ? validateCustomResource(object, custom.schema.source) : [];
}

/** A pod's only address is also the first of its addresses. */
function listAddress(pod: KubeObject): void {
  const { status } = pod as { readonly status?: { readonly podIP?: unknown; podIPs?: unknown } };
  if (typeof status?.podIP === 'string' && status.podIP !== '' && status.podIPs === undefined) status.podIPs = [{ ip: status.podIP }];
}

/** Required lists that are empty are written as null (`rules`, `subjects`); to the rules they are absent. */
function withoutNulls(object: KubeObject): KubeObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as unknown as KubeObject;
}
