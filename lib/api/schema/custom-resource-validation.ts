import type { FieldError } from '../status-error';
import type { KubeObject } from '../types';
import { matchesFormat } from './formats';
import { validateListTypes } from './list-types';
import type { CustomSchema } from './schema-node';

/** What a structural schema has against an object (without apiVersion, kind and metadata), in upstream's words. Rules (x-kubernetes-validations) are not evaluated. */
export function validateCustomResource(object: Readonly<KubeObject>, schema: CustomSchema): FieldError[] {
  const { apiVersion: _, kind: __, metadata: ___, ...content } = object;
  const { apiVersion: _a, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
  const required = schema.required?.filter((name) => !['apiVersion', 'kind', 'metadata'].includes(name));
  return validateValue(content, { ...schema, properties, required }, '');
}

/** The same for any value, such as a default. */
export function validateValue(value: unknown, schema: CustomSchema, path: string): FieldError[] {
  return [...schemaErrors(value, schema, path), ...validateListTypes(value, schema, path)];
}

const child = (path: string, key: string) => (path ? `${path}.${key}` : key);

function schemaErrors(value: unknown, schema: CustomSchema, path: string): FieldError[] {
  if (value === null && schema.nullable) return [];
  const wrongType = typeError(value, schema, path);
  if (wrongType) return [wrongType, ...enumErrors(value, schema, path)];
  return [...enumErrors(value, schema, path), ...combinationErrors(value, schema, path), ...contentErrors(value, schema, path)];
}

function contentErrors(value: unknown, schema: CustomSchema, path: string): FieldError[] {
  if (typeof value === 'string') return stringErrors(value, schema, path);
  if (typeof value === 'number') return numberErrors(value, schema, path);
  if (Array.isArray(value)) return arrayErrors(value, schema, path);
  return typeof value === 'object' && value !== null ? objectErrors(value as Record<string, unknown>, schema, path) : [];
}

function typeError(value: unknown, schema: CustomSchema, path: string): FieldError | undefined {
  const found = typeName(value);
  const wanted = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : undefined;
  if (wanted?.every((type) => type !== found && !(type === 'number' && found === 'integer'))) return ofType(path, wanted.join(','), found);
  const badFormat = typeof value === 'string' && schema.format !== undefined && !matchesFormat(schema.format, value);
  return badFormat ? { ...ofType(path, schema.format ?? '', value), reason: 'FieldValueTypeInvalid' } : undefined;
}

function ofType(path: string, wanted: string, found: string): FieldError {
  const shown = JSON.stringify(found);
  return { reason: 'FieldValueTypeInvalid', field: path || '<nil>', message: `Invalid value: ${shown}: ${path} in body must be of type ${wanted}: ${shown}` };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}

const invalid = (path: string, value: unknown, why: string): FieldError => ({ reason: 'FieldValueInvalid', field: path || '<nil>', message: `Invalid value: ${JSON.stringify(value)}: ${path} in body ${why}` });
const tooMany = (path: string, actual: number, maximum: number): FieldError => ({ reason: 'FieldValueTooMany', field: path || '<nil>', message: `Too many: ${actual}: must have at most ${maximum} items` });

function enumErrors(value: unknown, schema: CustomSchema, path: string): FieldError[] {
  if (!schema.enum || schema.enum.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value))) return [];
  const supported = schema.enum.map((allowed) => JSON.stringify(typeof allowed === 'string' ? allowed : JSON.stringify(allowed))).join(', ');
  return [{ reason: 'FieldValueNotSupported', field: path || '<nil>', message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}` }];
}

function stringErrors(value: string, { minLength, maxLength, pattern }: CustomSchema, path: string): FieldError[] {
  const length = [...value].length;
  return [
    ...(maxLength !== undefined && length > maxLength ? [{ reason: 'FieldValueTooLong' as const, field: path, message: `Too long: may not be longer than ${maxLength}` }] : []),
    ...(minLength !== undefined && length < minLength ? [invalid(path, value, `should be at least ${minLength} chars long`)] : []),
    ...(pattern !== undefined && !new RegExp(pattern, 'u').test(value) ? [invalid(path, value, `should match '${pattern}'`)] : []),
  ];
}

function numberErrors(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: CustomSchema, path: string): FieldError[] {
  return [
    ...(multipleOf !== undefined && !Number.isInteger(value / multipleOf) ? [invalid(path, value, `should be a multiple of ${multipleOf}`)] : []),
    ...(maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum) ? [invalid(path, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)] : []),
    ...(minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum) ? [invalid(path, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)] : []),
  ];
}

function arrayErrors(value: readonly unknown[], { items, minItems, maxItems }: CustomSchema, path: string): FieldError[] {
  return [
    ...(minItems !== undefined && value.length < minItems ? [invalid(path, value.length, `should have at least ${minItems} items`)] : []),
    ...(maxItems !== undefined && value.length > maxItems ? [tooMany(path, value.length, maxItems)] : []),
    ...(items ? value.flatMap((item, index) => schemaErrors(item, items, `${path}[${index}]`)) : []),
  ];
}

function objectErrors(value: Readonly<Record<string, unknown>>, schema: CustomSchema, path: string): FieldError[] {
  const { properties = {}, additionalProperties, required = [], minProperties, maxProperties } = schema;
  const count = Object.keys(value).length;
  return [
    ...(minProperties !== undefined && count < minProperties ? [invalid(path, count, `should have at least ${minProperties} properties`)] : []),
    ...(maxProperties !== undefined && count > maxProperties ? [tooMany(path, count, maxProperties)] : []),
    ...required.filter((name) => value[name] === undefined).map((name): FieldError => ({ reason: 'FieldValueRequired', field: child(path, name), message: 'Required value' })),
    ...Object.entries(value).flatMap(([key, item]) => {
      const property = Object.hasOwn(properties, key) ? properties[key] : typeof additionalProperties === 'object' ? additionalProperties : undefined;
      return property ? schemaErrors(item, property, child(path, key)) : [];
    }),
  ];
}

/** allOf, anyOf, oneOf and not: their own error names no field. */
function combinationErrors(value: unknown, { allOf, anyOf, oneOf, not }: CustomSchema, path: string): FieldError[] {
  const whole = (why: string): FieldError => ({ reason: 'FieldValueInvalid', field: '<nil>', message: `Invalid value: "": "${path}" must ${why}` });
  const results = (schemas: readonly CustomSchema[] | undefined) => (schemas ?? []).map((schema) => schemaErrors(value, schema, path));
  const best = (failed: readonly FieldError[][]) => [...failed].sort((a, b) => a.length - b.length)[0] ?? [];
  const errors: FieldError[] = [];
  const one = results(oneOf);
  const matching = one.filter(({ length }) => length === 0).length;
  if (oneOf?.length && matching !== 1) {
    errors.push(whole(`validate one and only one schema (oneOf). Found ${matching === 0 ? 'none valid' : `${matching} valid alternatives`}`), ...(matching === 0 ? best(one) : []));
  }
  const any = results(anyOf);
  if (anyOf?.length && any.every(({ length }) => length > 0)) errors.push(whole('validate at least one schema (anyOf)'), ...best(any));
  const all = results(allOf);
  const failed = all.filter(({ length }) => length > 0);
  if (failed.length > 0) errors.push(...failed.flat(), whole(`validate all the schemas (allOf)${failed.length === all.length ? '. None validated' : ''}`));
  if (not && schemaErrors(value, not, path).length === 0) errors.push(whole('not validate the schema (not)'));
  return errors;
}
