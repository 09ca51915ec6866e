import type { KubeObject, Lease } from '../types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { raw } from './go-syntax';
import { validateLabels } from './labels';
import { validateGenericMeta, validateGenericMetaUpdate, validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Label, isDns1123Subdomain, isPathSegment } from './names';
import { validateResourceRequirements, type ResourceList } from './resources';
import { validateTolerations } from './scheduling';
import { semanticEqual } from './semantic-equal';
import type { Validator } from './validator';

/** Small kinds with a few rules each: leases, priority and runtime classes, controller revisions, API services. */

export const lease: Validator<Lease> = {
  validate({ metadata, spec = {} }, errors) {
    validateGenericMeta(errors, metadata, isDns1123Subdomain);
    const { leaseDurationSeconds: duration, leaseTransitions } = spec;
    if (duration !== undefined && duration <= 0) errors.invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0');
    errors.nonNegative('spec.leaseTransitions', leaseTransitions);
  },

  validateUpdate(object, old, errors) {
    validateGenericMetaUpdate(errors, object.metadata, old.metadata);
    const { leaseDurationSeconds: duration, leaseTransitions } = object.spec ?? {};
    if (duration !== undefined && duration <= 0) errors.invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0');
    errors.nonNegative('spec.leaseTransitions', leaseTransitions);
  },
};

interface PriorityClass extends KubeObject {
  value?: number;
  preemptionPolicy?: string;
}

const SYSTEM_CLASSES: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };
const HIGHEST_USER_PRIORITY = 1_000_000_000;

export const priorityClass: Validator<PriorityClass> = {
  validate({ metadata, value = 0, preemptionPolicy }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    const { name = '' } = metadata;
    if (name.startsWith('system-')) {
      if (SYSTEM_CLASSES[name] !== value) {
        errors.forbidden('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`);
      }
    } else if (value > HIGHEST_USER_PRIORITY) {
      errors.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`);
    }
    if (preemptionPolicy !== undefined) errors.oneOf('preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (object.value !== old.value) errors.forbidden('value', 'may not be changed in an update.');
    errors.immutable('preemptionPolicy', object.preemptionPolicy, old.preemptionPolicy);
  },
};

interface RuntimeClass extends KubeObject {
  handler?: string;
  overhead?: { podFixed?: ResourceList };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: core.Toleration[] };
}

export const runtimeClass: Validator<RuntimeClass> = {
  validate({ metadata, handler = '', overhead, scheduling }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    errors.invalidEach('handler', handler, isDns1123Label(handler));
    if (overhead) validateResourceRequirements(errors, 'overhead', { limits: overhead.podFixed });
    validateLabels(errors, 'scheduling.nodeSelector', scheduling?.nodeSelector);
    // Upstream names the list twice.
    validateTolerations(errors, 'scheduling.tolerations.tolerations', scheduling?.tolerations ?? []);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    errors.immutable('handler', object.handler, old.handler);
  },
};

interface ControllerRevision extends KubeObject {
  data?: unknown;
  revision?: number;
}

export const controllerRevision: Validator<ControllerRevision> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateRevision(errors, object);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateRevision(errors, object);
    if (!semanticEqual(object.data, old.data)) errors.invalid('data', unknownData(object.data), 'field is immutable');
  },
};

function validateRevision(errors: FieldErrors, { data, revision }: DeepReadonly<ControllerRevision>): void {
  if (data === undefined || data === null) errors.required('data', 'data is mandatory');
  errors.nonNegative('revision', revision);
}

const unknownData = (data: unknown) => {
  const shown = [...Buffer.from(JSON.stringify(data) ?? '')].map((byte) => `0x${byte.toString(16)}`).join(', ');
  return raw(`runtime.Unknown{TypeMeta:runtime.TypeMeta{APIVersion:"", Kind:""}, Raw:[]uint8{${shown}}, ContentEncoding:"", ContentType:"application/json"}`);
};

interface ApiService extends KubeObject {
  spec?: {
    group?: string; version?: string; groupPriorityMinimum?: number; versionPriority?: number; caBundle?: string; insecureSkipTLSVerify?: boolean;
    service?: { name?: string; namespace?: string };
  };
}

export const apiService: Validator<ApiService> = {
  validate({ metadata, spec = {} }, errors) {
    const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service, caBundle, insecureSkipTLSVerify } = spec;
    const name = `${version}.${group}`;
    validateObjectMeta(errors, metadata, (text) => [
      ...isPathSegment(text),
      ...(text !== name ? [`must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`] : []),
    ]);
    if (version) errors.invalidEach('spec.version', version, isDns1123Label(version));
    else errors.required('spec.version');
    if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) errors.invalid('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000');
    if (versionPriority <= 0 || versionPriority > 1000) errors.invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000');
    if (!service) {
      if (caBundle) errors.invalid('spec.caBundle', `${caBundle.length} bytes`, 'local APIServices may not have a caBundle');
      if (insecureSkipTLSVerify) errors.invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify');
      return;
    }
    if (!service.namespace) errors.required('spec.service.namespace');
    if (!service.name) errors.required('spec.service.name');
    if (insecureSkipTLSVerify && caBundle) errors.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
  },
};
