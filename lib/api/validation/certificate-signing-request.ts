import type { KubeObject } from '../types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { FieldErrors } from './field-errors';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain, isPathSegment } from './names';
import type { Validator } from './validator';

interface Condition {
  type?: string;
  status?: string;
}

interface CertificateSigningRequest extends KubeObject {
  spec?: { request?: string; signerName?: string; usages?: string[]; expirationSeconds?: number };
  status?: { certificate?: string; conditions?: Condition[] };
}

export const certificateSigningRequest: Validator<CertificateSigningRequest> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isPathSegment);
    const { request = '', signerName = '', usages = [], expirationSeconds } = object.spec ?? {};
    if (!Buffer.from(request, 'base64').toString().includes('-----BEGIN CERTIFICATE REQUEST-----')) errors.invalid('spec.request', '', 'PEM block type must be CERTIFICATE REQUEST');
    if (usages.length === 0) errors.required('spec.usages');
    usages.forEach((usage, index) => usages.indexOf(usage) < index && errors.duplicate(`spec.usages[${index}]`, usage));
    if (!signerName) errors.required('spec.signerName');
    else validateSignerName(errors, signerName);
    if (expirationSeconds !== undefined && expirationSeconds < 600) errors.invalid('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)');
    validateConditions(errors, object.status?.conditions ?? []);
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    const certificate = object.status?.certificate;
    if (certificate && certificate !== old.status?.certificate && !Buffer.from(certificate, 'base64').toString().includes('-----BEGIN CERTIFICATE-----')) {
      errors.invalid('status.certificate', '<certificate data>', 'must contain at least one CERTIFICATE PEM block');
    }
    validateConditions(errors, object.status?.conditions ?? []);
    validateConditionChanges(errors, object, old, subresource);
  },
};

function validateSignerName(errors: FieldErrors, name: string): void {
  const [domain = '', ...path] = name.split('/');
  if (path.length !== 1 || domain === '') return errors.invalid('spec.signerName', name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  errors.invalidEach('spec.signerName', domain, isDns1123Subdomain(domain));
}

function validateConditions(errors: FieldErrors, conditions: readonly DeepReadonly<Condition>[]): void {
  const has = (type: string) => conditions.findIndex((condition) => condition.type === type);
  const [approved, denied] = [has('Approved'), has('Denied')];
  conditions.forEach(({ type = '', status = '' }, index) => {
    const path = `status.conditions[${index}]`;
    const decision = type === 'Approved' || type === 'Denied' || type === 'Failed';
    if (!type) errors.required(`${path}.type`);
    errors.oneOf(`${path}.status`, status, decision ? ['True'] : ['False', 'True', 'Unknown']);
    if (approved >= 0 && denied >= 0 && index === Math.max(approved, denied)) {
      errors.invalid(`${path}.type`, type, 'Approved and Denied conditions are mutually exclusive');
    }
    if (conditions.findIndex((other) => other.type === type) < index) errors.duplicate(`${path}.type`, type);
  });
}

type Request = DeepReadonly<CertificateSigningRequest>;

/** Decisions are not taken back; only /approval makes them. */
function validateConditionChanges(errors: FieldErrors, now: Request, old: Request, subresource: string | undefined): void {
  const types = ({ status }: Request) => (status?.conditions ?? []).map(({ type }) => type);
  for (const type of ['Approved', 'Denied', 'Failed']) {
    if (types(old).includes(type) && !types(now).includes(type)) errors.forbidden('status.conditions', `updates may not remove a condition of type "${type}"`);
  }
  for (const type of ['Approved', 'Denied']) {
    if (subresource !== 'approval' && !types(old).includes(type) && types(now).includes(type)) errors.forbidden('status.conditions', `updates may not add a condition of type "${type}"`);
  }
}
