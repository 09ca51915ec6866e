import type { DeepReadonly } from '../../base/deep-readonly';
import type { ObjectMeta, OwnerReference } from '../types';
import type { FieldErrors } from './field-errors';
import { go, raw } from './go-syntax';
import { validateAnnotations, validateLabels } from './labels';
import { isDns1123Label, isPathSegment, isQualifiedName, maskTrailingDash, type TextCheck } from './names';

type Meta = DeepReadonly<ObjectMeta> | undefined;

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** What most kinds check: a name of their kind, labels, annotations, owners, finalizers of Kubernetes or with a domain. */
export function validateObjectMeta(errors: FieldErrors, meta: Meta, isName: TextCheck, path = 'metadata'): void {
  validateGenericMeta(errors, meta, isName, path);
  validateStandardFinalizers(errors, meta, path);
}

/** What every object must fulfil, whatever its kind. */
export function validateGenericMeta(errors: FieldErrors, meta: Meta, isName: TextCheck = isPathSegment, path = 'metadata'): void {
  const { name = '', generateName = '', namespace = '', generation = 0, finalizers = [] } = meta ?? {};
  if (generateName) errors.invalidEach(`${path}.generateName`, generateName, isName(isName === isPathSegment ? generateName : maskTrailingDash(generateName)));
  if (!name) errors.required(`${path}.name`, 'name or generateName is required');
  else errors.invalidEach(`${path}.name`, name, isName(name));
  if (namespace) errors.invalidEach(`${path}.namespace`, namespace, isDns1123Label(namespace));
  errors.nonNegative(`${path}.generation`, generation);
  validateLabels(errors, `${path}.labels`, meta?.labels);
  validateAnnotations(errors, `${path}.annotations`, meta?.annotations);
  validateOwnerReferences(errors, `${path}.ownerReferences`, meta?.ownerReferences ?? []);
  for (const finalizer of finalizers) errors.invalidEach(`${path}.finalizers`, finalizer, isQualifiedName(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.invalid(`${path}.finalizers`, go('[]string', finalizers), 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

export function validateObjectMetaUpdate(errors: FieldErrors, meta: Meta, old: Meta): void {
  validateGenericMetaUpdate(errors, meta, old);
  validateStandardFinalizers(errors, meta, 'metadata');
}

export function validateGenericMetaUpdate(errors: FieldErrors, meta: Meta, old: Meta): void {
  if (old?.deletionTimestamp) validateNoNewFinalizers(errors, meta?.finalizers ?? [], old.finalizers ?? []);
  if (!meta?.resourceVersion) errors.invalid('metadata.resourceVersion', raw('0x0'), 'must be specified for an update');
  if ((meta?.generation ?? 0) < (old?.generation ?? 0)) errors.invalid('metadata.generation', meta?.generation ?? 0, 'must not be decremented');
  errors.immutable('metadata.name', meta?.name, old?.name, meta?.name ?? '');
  errors.immutable('metadata.namespace', meta?.namespace, old?.namespace, meta?.namespace ?? '');
  errors.immutable('metadata.uid', meta?.uid, old?.uid, meta?.uid ?? '');
  errors.immutable('metadata.deletionTimestamp', meta?.deletionTimestamp, old?.deletionTimestamp, goTime(meta?.deletionTimestamp));
  errors.immutable('metadata.deletionGracePeriodSeconds', meta?.deletionGracePeriodSeconds, old?.deletionGracePeriodSeconds);
  validateLabels(errors, 'metadata.labels', meta?.labels);
  validateAnnotations(errors, 'metadata.annotations', meta?.annotations);
  validateOwnerReferences(errors, 'metadata.ownerReferences', meta?.ownerReferences ?? []);
}

/** `2001-01-01 00:00:00 +0000 UTC` */
const goTime = (time: string | undefined) => (time ? raw(`${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`) : undefined);

function validateNoNewFinalizers(errors: FieldErrors, now: readonly string[], old: readonly string[]): void {
  const added = now.filter((finalizer) => !old.includes(finalizer)).sort();
  if (added.length > 0) {
    errors.forbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${go('[]string', added).goSyntax}`);
  }
}

function validateStandardFinalizers(errors: FieldErrors, meta: Meta, path: string): void {
  meta?.finalizers?.forEach((finalizer, index) => validateStandardFinalizer(errors, `${path}.finalizers[${index}]`, finalizer));
}

export function validateStandardFinalizer(errors: FieldErrors, path: string, finalizer: string): void {
  if (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer)) {
    errors.invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
  }
}

function validateOwnerReferences(errors: FieldErrors, path: string, references: readonly DeepReadonly<OwnerReference>[]): void {
  let controller: string | undefined;
  for (const reference of references) {
    validateOwnerReference(errors, path, reference);
    if (!reference.controller) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === undefined) controller = name;
    else errors.invalid(path, go('[]v1.OwnerReference', references), `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`);
  }
}

function validateOwnerReference(errors: FieldErrors, path: string, reference: DeepReadonly<OwnerReference>): void {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  if (!apiVersion || apiVersion.split('/').length > 2) errors.invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty');
  if (!kind) errors.invalid(`${path}.kind`, kind, 'kind must not be empty');
  if (!name) errors.invalid(`${path}.name`, name, 'name must not be empty');
  if (!uid) errors.invalid(`${path}.uid`, uid, 'uid must not be empty');
  if (apiVersion === 'v1' && kind === 'Event') errors.invalid(path, go('v1.OwnerReference', reference), '/v1, Kind=Event is disallowed from being an owner');
}
