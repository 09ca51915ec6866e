import { goText } from '../patch/json-object';
import type { Schema } from '../schema/schema-node';
import { DecodingError } from '../decode/decoding-error';
import { fieldElement, itemElement, keyText, pathText } from './path-element';
import { asMap, childSchema, shapeOf } from './typed-value';

/** What keeps an applied value from being of its schema, with paths: undeclared fields, wrong types, duplicate list keys. */
export function typeProblems(value: unknown, schema: Schema, path: readonly string[] = []): string[] {
  if (value === null || value === undefined) return [];
  const shape = shapeOf(value, schema);
  const problem = (message: string) => [`${pathText(path)}: ${message}`];
  if (shape === 'leaf') {
    const wrong = scalarProblem(value, schema);
    return wrong ? problem(wrong) : [];
  }
  if (shape === 'list') return Array.isArray(value) ? listProblems(value, schema, path) : problem(`expected list, got ${shown(value)}`);
  const map = asMap(value);
  if (!map) return problem(`expected map, got ${shown(value)}`);
  return Object.keys(map).sort().flatMap((key) => {
    const at = [...path, fieldElement(key)];
    if (schema.type !== 'any' && !schema.fields.has(key) && !schema.element && !schema.preservesUnknown) return [`${pathText(at)}: field not declared in schema`];
    return typeProblems(map[key], childSchema(schema, key), at);
  });
}

function listProblems(list: readonly unknown[], schema: Schema, path: readonly string[]): string[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const element = schema.listType === 'atomic' ? `i:${index}` : tryItemElement(item, schema);
    if (element instanceof DecodingError) return [`${pathText(path)}: element ${index}: ${element.message}`];
    if (seen.has(element)) return [`${pathText(path)}: duplicate entries for key [${keyText(element)}]`];
    seen.add(element);
    return typeProblems(item, childSchema(schema, ''), [...path, element]);
  });
}

function tryItemElement(item: unknown, schema: Schema): string | DecodingError {
  try {
    return itemElement(item, schema);
  } catch (error) {
    if (error instanceof DecodingError) return error;
    throw error;
  }
}

function scalarProblem(value: unknown, { type }: Schema): string | undefined {
  switch (type) {
    case 'int32': case 'int64': case 'number': return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'string': case 'bytes': case 'time': case 'micro-time': return typeof value === 'string' ? undefined : `expected string, got ${shown(value)}`;
    case 'boolean': return typeof value === 'boolean' ? undefined : `expected boolean, got ${shown(value)}`;
    case 'quantity': case 'int-or-string': return typeof value === 'object' ? `expected string, got ${shown(value)}` : undefined;
    default: return undefined;
  }
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'int64' : typeof value;
}

const shown = (value: unknown) => `&{${goText(value)}}`;
