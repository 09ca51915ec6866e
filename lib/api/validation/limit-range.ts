import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../quantity';
import type { core, KubeObject, QuantityText } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateObjectMeta } from './metadata';
import { isDns1123Subdomain, isQualifiedName } from './names';
import { validateContainerResourceName, validateResourceName, type ResourceList } from './resources';
import type { Validator } from './validator';

type LimitRange = KubeObject & Pick<core.LimitRange, 'spec'>;
type Limit = DeepReadonly<core.LimitRangeItem>;

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

export const limitRange: Validator<LimitRange> = {
  validate({ metadata, spec }, errors) {
    validateObjectMeta(errors, metadata, isDns1123Subdomain);
    const limits = spec?.limits ?? [];
    limits.forEach((limit, index) => {
      const path = `spec.limits[${index}]`;
      validateType(errors, `${path}.type`, limit.type ?? '');
      if (limits.findIndex(({ type }) => type === limit.type) < index) errors.duplicate(`${path}.type`, limit.type);
      validateLimit(errors, path, limit);
    });
  },
};

function validateType(errors: FieldErrors, field: string, type: string): void {
  const problems = isQualifiedName(type);
  errors.invalidEach(field, type, problems);
  if (problems.length === 0 && !type.includes('/') && !TYPES.includes(type)) errors.invalid(field, type, 'must be a standard limit type or fully qualified');
}

function validateLimit(errors: FieldErrors, path: string, limit: Limit): void {
  for (const list of ['max', 'min'] as const) validateNames(errors, `${path}.${list}`, limit, limit[list]);
  if (limit.type === 'Pod') {
    if (limit.default) errors.forbidden(`${path}.default`, "may not be specified when `type` is 'Pod'");
    if (limit.defaultRequest) errors.forbidden(`${path}.defaultRequest`, "may not be specified when `type` is 'Pod'");
  } else {
    validateNames(errors, `${path}.default`, limit, limit.default);
    validateNames(errors, `${path}.defaultRequest`, limit, limit.defaultRequest);
  }
  if (limit.type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined) {
    errors.required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided');
  }
  validateNames(errors, `${path}.maxLimitRequestRatio`, limit, limit.maxLimitRequestRatio);
  const lists = [limit.max, limit.min, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio];
  for (const name of new Set(lists.flatMap((list) => Object.keys(list ?? {})))) validateOrder(errors, path, name, limit);
}

function validateNames(errors: FieldErrors, path: string, { type }: Limit, list: ResourceList | undefined): void {
  for (const name of Object.keys(list ?? {})) {
    if (type === 'Pod' || type === 'Container') validateContainerResourceName(errors, `${path}[${name}]`, name);
    else validateResourceName(errors, `${path}[${name}]`, name);
  }
}

/** min <= defaultRequest <= default <= max; a ratio is at least 1 and possible. */
function validateOrder(errors: FieldErrors, path: string, name: string, limit: Limit): void {
  const [min, max, byDefault, request, ratio] = [limit.min, limit.max, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio].map((list) => list?.[name]);
  const above = (a: QuantityText | undefined, b: QuantityText | undefined): boolean => a !== undefined && b !== undefined && parseQuantity(a) > parseQuantity(b);
  const report = (list: string, value: QuantityText | undefined, text: string) => errors.invalid(`${path}.${list}[${name}]`, go('resource.Quantity', value), text);
  if (above(min, max)) report('min', min, `min value ${min} is greater than max value ${max}`);
  if (above(min, request)) report('defaultRequest', request, `min value ${min} is greater than default request value ${request}`);
  if (above(request, max)) report('defaultRequest', request, `default request value ${request} is greater than max value ${max}`);
  if (above(request, byDefault)) report('defaultRequest', request, `default request value ${request} is greater than default limit value ${byDefault}`);
  if (above(min, byDefault)) report('default', min, `min value ${min} is greater than default value ${byDefault}`);
  if (above(byDefault, max)) report('default', max, `default value ${byDefault} is greater than max value ${max}`);
  if (ratio === undefined) return;
  if (parseQuantity(ratio) < 1) report('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
  if (min === undefined || max === undefined) return;
  const possible = parseQuantity(max) / parseQuantity(min);
  if (parseQuantity(ratio) > possible) report('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${possible.toFixed(6)}`);
}
