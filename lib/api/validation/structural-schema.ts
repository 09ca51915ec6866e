import type { CustomSchema } from '../schema/schema-node';
import { validateValue } from '../schema/custom-resource-validation';
import type { FieldErrors } from './field-errors';
import { go, raw } from './go-syntax';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const UNSUPPORTED = ['$ref', 'id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies'];
/** What only the structural part of a schema may say, not the parts inside allOf, anyOf, oneOf and not. */
const STRUCTURAL_ONLY = ['type', 'default', 'additionalProperties', 'nullable', 'title', 'description'] as const;

type Level = 'root' | 'field' | 'item';

/** The schema of a CustomResourceDefinition's version: what it must not use, and that it is structural. */
export function validateStructuralSchema(errors: FieldErrors, path: string, schema: CustomSchema): void {
  validateUsage(errors, path, schema);
  validateStructure(errors, path, schema, 'root');
  validateDefaults(errors, path, schema);
}

function children(path: string, schema: CustomSchema): readonly (readonly [path: string, schema: CustomSchema, level: Level])[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...(typeof additionalProperties === 'object' ? [[`${path}.additionalProperties`, additionalProperties, 'field'] as const] : []),
    ...Object.keys(properties).sort().map((name) => [`${path}.properties[${name}]`, properties[name] as CustomSchema, 'field'] as const),
    ...(items ? [[`${path}.items`, items, 'item'] as const] : []),
  ];
}

function validateUsage(errors: FieldErrors, path: string, schema: CustomSchema): void {
  for (const name of UNSUPPORTED) if ((schema as Readonly<Record<string, unknown>>)[name] !== undefined) errors.forbidden(`${path}.${name}`, `${name} is not supported`);
  if (schema.type && !TYPES.includes(schema.type)) errors.notSupported(`${path}.type`, schema.type, TYPES);
  validatePattern(errors, path, schema);
  if (schema.uniqueItems) errors.forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0) {
    errors.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive');
  }
  for (const [at, child] of children(path, schema)) validateUsage(errors, at, child);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) errors.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined');
  validateListType(errors, path, schema);
  schema['x-kubernetes-validations']?.forEach(({ rule, reason }, index) => {
    const at = `${path}.x-kubernetes-validations[${index}]`;
    if (!rule.trim()) errors.required(`${at}.rule`, 'rule is not specified');
    if (reason !== undefined && !REASONS.includes(reason)) errors.notSupported(`${at}.reason`, reason, REASONS);
  });
}

function validatePattern(errors: FieldErrors, path: string, { pattern }: CustomSchema): void {
  if (pattern === undefined) return;
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    const why = /Unterminated group/.test(String(error)) ? `missing closing ): \`${pattern}\`` : `invalid syntax: \`${pattern}\``;
    errors.invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: error parsing regexp: ${why}`);
  }
}

function validateListType(errors: FieldErrors, path: string, schema: CustomSchema): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== undefined && schema.type !== 'array') {
    if (schema.type) errors.invalid(`${path}.type`, schema.type, 'must be array if x-kubernetes-list-type is specified');
    else errors.required(`${path}.type`, 'must be array if x-kubernetes-list-type is specified');
  } else if (listType !== undefined && !LIST_TYPES.includes(listType)) errors.notSupported(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES);
  else if (keys.length > 0 && listType === undefined) errors.required(`${path}.x-kubernetes-list-type`, 'must be map if x-kubernetes-list-map-keys is non-empty');
  else if (keys.length > 0 && listType !== 'map') errors.invalid(`${path}.x-kubernetes-list-type`, listType, 'must be map if x-kubernetes-list-map-keys is non-empty');
  if (listType === 'map') validateMapKeys(errors, path, schema, keys);
}

function validateMapKeys(errors: FieldErrors, path: string, { items }: CustomSchema, keys: readonly string[]): void {
  if (keys.length === 0) errors.required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map');
  if (!items) return errors.required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map');
  if (items.type !== 'object') errors.invalid(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map");
  for (const key of keys) {
    const property = items.properties?.[key];
    if (!property) errors.invalid(`${path}.x-kubernetes-list-map-keys`, go('[]string', keys), 'entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object') errors.invalid(`${path}.items.properties[${key}].type`, property.type, "must be a scalar type if parent array's x-kubernetes-list-type is map");
  }
  if (new Set(keys).size < keys.length) errors.invalid(`${path}.x-kubernetes-list-map-keys`, go('[]string', keys), 'must not contain duplicate entries');
}

function validateStructure(errors: FieldErrors, path: string, schema: CustomSchema, level: Level): void {
  if (schema.type === 'array' && !schema.items) errors.required(`${path}.items`, 'must be specified');
  validateType(errors, path, schema, level);
  if (schema['x-kubernetes-embedded-resource']) validateEmbedded(errors, path, schema, level);
  validateCombinations(errors, path, schema);
  validateKeyedItems(errors, path, schema);
  for (const [at, child, childLevel] of children(path, schema)) validateStructure(errors, at, child, childLevel);
}

function validateType(errors: FieldErrors, path: string, schema: CustomSchema, level: Level): void {
  const where = { root: 'at the root', field: 'for specified object fields', item: 'for specified array items' }[level];
  const free = level !== 'root' && (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'] || schema.$ref);
  if (!schema.type && !free) errors.required(`${path}.type`, `must not be empty ${where}`);
  else if (level === 'root' && schema.type !== 'object') errors.invalid(`${path}.type`, schema.type ?? '', 'must be object at the root');
}

function validateEmbedded(errors: FieldErrors, path: string, schema: CustomSchema, level: Level): void {
  if (level === 'root') errors.forbidden(`${path}.x-kubernetes-embedded-resource`, 'must be false at the root');
  if (!schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(schema.properties ?? {}).length === 0) {
    errors.required(`${path}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields');
  }
  if (schema.type !== 'object') errors.invalid(`${path}.type`, schema.type ?? '', 'must be object if x-kubernetes-embedded-resource is true');
}

/** Both list types need elements that can be told apart. */
function validateKeyedItems(errors: FieldErrors, path: string, schema: CustomSchema): void {
  const { items } = schema;
  if (!items) return;
  if (schema['x-kubernetes-list-type'] === 'set' && items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    errors.invalid(`${path}.items.x-kubernetes-map-type`, items['x-kubernetes-map-type'], 'must be atomic as item of a list with x-kubernetes-list-type=set');
  }
  if (schema['x-kubernetes-list-type'] !== 'map') return;
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = items.properties?.[key];
    if (!property || property.default !== undefined || items.required?.includes(key)) continue;
    errors.required(`${path}.items.properties[${key}].default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property');
  }
}

function validateCombinations(errors: FieldErrors, path: string, schema: CustomSchema): void {
  const lists = [['allOf', schema.allOf], ['anyOf', schema.anyOf], ['oneOf', schema.oneOf]] as const;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  for (const [name, list = []] of lists) list.forEach((part, index) => validatePart(errors, `${path}.${name}[${index}]`, part, intOrString));
  if (schema.not) validatePart(errors, `${path}.not`, schema.not, false);
}

function validatePart(errors: FieldErrors, path: string, part: CustomSchema, typed: boolean): void {
  for (const name of STRUCTURAL_ONLY) {
    if (part[name] !== undefined && part[name] !== '' && part[name] !== false && !(typed && name === 'type')) errors.forbidden(`${path}.${name}`, 'must be empty to be structural');
  }
  for (const [at, child] of children(path, part)) validatePart(errors, at, child, false);
  validateCombinations(errors, path, part);
}

/** A default must be a value that the schema accepts. */
function validateDefaults(errors: FieldErrors, path: string, schema: CustomSchema): void {
  if (schema.default !== undefined) {
    const field = `${path}.default`;
    errors.list.push(...validateValue(schema.default, schema, '').map((error) => {
      const relative = error.field === '<nil>' ? '' : error.field;
      const at = relative ? `${field}.${relative}` : field;
      return { ...error, field: at, message: error.message.replaceAll(/: {1,2}in body/g, `: ${at} in body`) };
    }));
  }
  for (const [at, child] of children(path, schema)) validateDefaults(errors, at, child);
}

/** Printed where upstream shows a list of texts that is empty. */
export const NO_STRINGS = raw('[]string(nil)');
