import { parseQuantity } from '../quantity';
import type { QuantityText } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isQualifiedName } from './names';

export type ResourceList = Readonly<Record<string, QuantityText>>;

export interface ResourceRequirements {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
}

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];
const COUNTED = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'];
const COMPUTE_QUOTA = ['requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage'];
const STANDARD_RESOURCES = [...CONTAINER_RESOURCES, ...COMPUTE_QUOTA, ...COUNTED, 'storage', 'requests.storage'];
const QUOTA_RESOURCES = [...CONTAINER_RESOURCES, ...COMPUTE_QUOTA, ...COUNTED, 'requests.storage'];

export const isHugePages = (name: string) => name.startsWith('hugepages-');
const isQuotaHugePages = (name: string) => isHugePages(name) || name.startsWith('requests.hugepages-');
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string) => !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);
const isContainerResource = (name: string) => CONTAINER_RESOURCES.includes(name) || isHugePages(name);
const isInteger = (name: string) => COUNTED.includes(name) || isExtended(name);

export function validateResourceName(errors: FieldErrors, field: string, name: string): void {
  const problems = isQualifiedName(name);
  errors.invalidEach(field, name, problems);
  if (problems.length === 0 && !name.includes('/') && !STANDARD_RESOURCES.includes(name) && !isQuotaHugePages(name)) {
    errors.invalid(field, name, 'must be a standard resource type or fully qualified');
  }
}

export function validateContainerResourceName(errors: FieldErrors, field: string, name: string): void {
  validateResourceName(errors, field, name);
  if (!name.includes('/')) {
    if (!isContainerResource(name)) errors.invalid(field, name, 'must be a standard resource for containers');
  } else if (!isNative(name) && !isExtended(name)) {
    errors.invalid(field, name, "doesn't follow extended resource name standard");
  }
}

export function validateQuotaResourceName(errors: FieldErrors, field: string, name: string): void {
  validateResourceName(errors, field, name);
  if (!name.includes('/') && !QUOTA_RESOURCES.includes(name) && !isQuotaHugePages(name)) errors.invalid(field, name, 'must be a standard resource for quota');
}

export function validateNonNegativeQuantity(errors: FieldErrors, field: string, value: QuantityText): void {
  if (parseQuantity(value) < 0) errors.invalid(field, String(value), 'must be greater than or equal to 0');
}

export function validatePositiveQuantity(errors: FieldErrors, field: string, value: QuantityText): void {
  if (parseQuantity(value) <= 0) errors.invalid(field, String(value), 'must be greater than zero');
}

export function validateResourceQuantity(errors: FieldErrors, field: string, name: string, value: QuantityText): void {
  validateNonNegativeQuantity(errors, field, value);
  if (isInteger(name) && !Number.isInteger(parseQuantity(value))) errors.invalid(field, go('resource.Quantity', value), 'must be an integer');
}

export function validateResourceRequirements(errors: FieldErrors, path: string, requirements: ResourceRequirements | undefined): void {
  const { limits = {}, requests = {} } = requirements ?? {};
  for (const [name, value] of Object.entries(limits)) validateEntry(errors, `${path}.limits[${name}]`, name, value);
  for (const [name, value] of Object.entries(requests)) {
    validateEntry(errors, `${path}.requests[${name}]`, name, value);
    validateAgainstLimit(errors, path, name, value, limits[name]);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) errors.forbidden(path, 'HugePages require cpu or memory');
}

function validateEntry(errors: FieldErrors, field: string, name: string, value: QuantityText): void {
  validateContainerResourceName(errors, field, name);
  validateResourceQuantity(errors, field, name, value);
}

function validateAgainstLimit(errors: FieldErrors, path: string, name: string, request: QuantityText, limit: QuantityText | undefined): void {
  if (limit === undefined) {
    if (!isOvercommitAllowed(name)) errors.required(`${path}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const difference = parseQuantity(request) - parseQuantity(limit);
  if (difference !== 0 && !isOvercommitAllowed(name)) errors.invalid(`${path}.requests`, String(request), `must be equal to ${name} limit of ${limit}`);
  else if (difference > 0) errors.invalid(`${path}.requests`, String(request), `must be less than or equal to ${name} limit of ${limit}`);
}
