import type { DeepReadonly } from '../../base/deep-readonly';
import { milliValue, parseQuantity } from '../quantity';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { isQualifiedName } from './names';

export const ENVIRONMENT_FIELDS = [
  'metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs',
];
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

const KNOWN_FIELDS = [...ENVIRONMENT_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase'];
const RESOURCES = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'];
const SUBSCRIPTED = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/;

export function validateFieldReference(errors: FieldErrors, path: string, reference: DeepReadonly<core.ObjectFieldSelector>, supported: readonly string[]): void {
  const { apiVersion = '', fieldPath = '' } = reference;
  if (!apiVersion) return errors.required(`${path}.apiVersion`);
  if (!fieldPath) return errors.required(`${path}.fieldPath`);
  const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  const [, list, key] = SUBSCRIPTED.exec(internal) ?? [];
  if (list !== undefined && key !== undefined) {
    errors.invalidEach(path, key, isQualifiedName(list === 'metadata.annotations' ? key.toLowerCase() : key));
  } else if (apiVersion !== 'v1') {
    errors.invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`);
  } else if (!KNOWN_FIELDS.includes(internal)) {
    errors.invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  } else if (!supported.includes(internal)) {
    errors.notSupported(`${path}.fieldPath`, internal, supported);
  }
}

/** In a volume the container must be named, in an environment it is the own one. */
export function validateResourceReference(errors: FieldErrors, path: string, reference: DeepReadonly<core.ResourceFieldSelector>, inVolume: boolean): void {
  const { resource = '', containerName, divisor } = reference;
  if (inVolume && !containerName) errors.required(`${path}.containerName`);
  else if (!resource) errors.required(`${path}.resource`);
  else if (!RESOURCES.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) errors.notSupported(`${path}.resource`, resource, RESOURCES);
  if (divisor === undefined || parseQuantity(divisor) === 0) return;
  if (resource.endsWith('.cpu')) {
    if (![1, 1000].includes(milliValue(divisor))) errors.invalid(`${path}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  } else if (!/^1(k|[MGTPE]|[KMGTPE]i)?$/.test(String(divisor))) {
    errors.invalid(`${path}.divisor`, resource, `only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the ${resource.split('.')[1]} resource`);
  }
}
