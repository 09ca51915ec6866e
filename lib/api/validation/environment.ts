import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { ENVIRONMENT_FIELDS, validateFieldReference, validateResourceReference } from './field-references';
import { isConfigMapKey, isEnvironmentName } from './names';

const TOO_MANY = 'may not have more than one field specified at a time';

export function validateEnvironment(errors: FieldErrors, path: string, variables: readonly DeepReadonly<core.EnvVar>[]): void {
  variables.forEach((variable, index) => {
    const { name = '' } = variable;
    if (!name) errors.required(`${path}[${index}].name`);
    else errors.invalidEach(`${path}[${index}].name`, name, isEnvironmentName(name));
    if (variable.valueFrom) validateValueFrom(errors, `${path}[${index}].valueFrom`, variable.valueFrom, variable.value);
  });
}

function validateValueFrom(errors: FieldErrors, path: string, source: DeepReadonly<core.EnvVarSource>, value: string | undefined): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef) validateFieldReference(errors, `${path}.fieldRef`, fieldRef, ENVIRONMENT_FIELDS);
  if (resourceFieldRef) validateResourceReference(errors, `${path}.resourceFieldRef`, resourceFieldRef, false);
  if (configMapKeyRef) validateKey(errors, `${path}.configMapKeyRef.key`, configMapKeyRef.key);
  if (secretKeyRef) validateKey(errors, `${path}.secretKeyRef.key`, secretKeyRef.key);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (sources === 0) errors.invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`');
  else if (value) errors.invalid(path, '', 'may not be specified when `value` is not empty');
  else if (sources > 1) errors.invalid(path, '', TOO_MANY);
}

function validateKey(errors: FieldErrors, field: string, key: string | undefined): void {
  if (!key) errors.required(field);
  else errors.invalidEach(field, key, isConfigMapKey(key));
}

export function validateEnvironmentFrom(errors: FieldErrors, path: string, sources: readonly DeepReadonly<core.EnvFromSource>[]): void {
  sources.forEach(({ prefix, configMapRef, secretRef }, index) => {
    if (prefix) errors.invalidEach(`${path}[${index}].prefix`, prefix, isEnvironmentName(prefix));
    if (configMapRef && !configMapRef.name) errors.required(`${path}[${index}].configMapRef.name`);
    if (secretRef && !secretRef.name) errors.required(`${path}[${index}].secretRef.name`);
    if (!configMapRef && !secretRef) errors.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (configMapRef && secretRef) errors.invalid(path, '', TOO_MANY);
  });
}
