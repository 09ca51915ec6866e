import type { DeepReadonly } from '../../base/deep-readonly';
import type { ConfigMap, KubeObject, Secret } from '../types';
import type { FieldErrors } from './field-errors';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { bytes, isConfigMapKey, isDns1123Subdomain } from './names';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

const MAXIMUM_SIZE = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';

type Data = Readonly<Record<string, string>>;

/** Bytes of a base64 text without decoding it. */
const decodedSize = (base64: string) => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

function validateFrozen(errors: FieldErrors, now: { readonly immutable?: boolean }, old: { readonly immutable?: boolean }, fields: readonly string[]): void {
  if (!old.immutable) return;
  if (!now.immutable) errors.forbidden('immutable', IMMUTABLE);
  for (const field of fields) {
    if (!semanticEqual((now as Readonly<Record<string, unknown>>)[field], (old as Readonly<Record<string, unknown>>)[field])) errors.forbidden(field, IMMUTABLE);
  }
}

export const configMap: Validator<ConfigMap> = {
  validate({ metadata, data = {}, binaryData = {} }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    for (const key of Object.keys(data)) {
      errors.invalidEach(`data[${key}]`, key, isConfigMapKey(key));
      if (binaryData[key] !== undefined) errors.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    }
    for (const key of Object.keys(binaryData)) errors.invalidEach(`binaryData[${key}]`, key, isConfigMapKey(key));
    const size = sum(Object.values(data).map(bytes)) + sum(Object.values(binaryData).map(decodedSize));
    if (size > MAXIMUM_SIZE) errors.tooLong('[]', MAXIMUM_SIZE);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateFrozen(errors, object, old, ['data', 'binaryData']);
    this.validate(object, errors);
  },
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Keys that a Secret of a type must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export const secret: Validator<Secret> = {
  validate(object, errors) {
    const { metadata, data = {} } = object;
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    for (const key of Object.keys(data)) errors.invalidEach(`data[${key}]`, key, isConfigMapKey(key));
    if (sum(Object.values(data).map(decodedSize)) > MAXIMUM_SIZE) errors.tooLong('data', MAXIMUM_SIZE);
    validateType(errors, object, data);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    errors.immutable('type', object.type, old.type);
    validateFrozen(errors, object, old, ['data']);
    this.validate(object, errors);
  },
};

function validateType(errors: FieldErrors, { metadata, type = '' }: DeepReadonly<Secret>, data: Data): void {
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.['kubernetes.io/service-account.name']) {
    errors.required('metadata.annotations[kubernetes.io/service-account.name]');
  }
  if (type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined) {
    errors.required('data[username]');
    errors.required('data[password]');
  }
  for (const key of REQUIRED_KEYS[type] ?? []) {
    const value = data[key];
    if (value === undefined) errors.required(`data[${key}]`);
    else if (key.startsWith('.docker')) validateJson(errors, `data[${key}]`, Buffer.from(value, 'base64').toString());
  }
}

function validateJson(errors: FieldErrors, field: string, text: string): void {
  try {
    JSON.parse(text);
  } catch {
    const first = text.trim().charAt(0);
    const problem = first === '' ? 'unexpected end of JSON input' : `invalid character '${first}' looking for beginning of value`;
    errors.invalid(field, '<secret contents redacted>', problem);
  }
}

export const serviceAccount: Validator<KubeObject> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    this.validate(object, errors);
  },
};
