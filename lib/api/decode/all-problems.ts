import type { Schema } from '../schema/schema-node';
import { DecodingError } from './decoding-error';
import { decodeValue } from './values';

/** A key of an object, or an index of a list. */
type Step = string | number;

/** What decoding has against one field. */
export interface DecodingProblem {
  readonly kind: 'unknown-field' | 'wrong-type';
  /** `spec.template.spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`. */
  readonly field: string;
  /** In the server's words, which names no indexes. */
  readonly message: string;
}

/** Everything that decoding has against a value, where the server stops at the first wrong type. Quick for a value without problems. */
export function decodingProblems(value: unknown, schema: Schema): readonly DecodingProblem[] {
  try {
    return decodeValue(value, schema).hasUnknownFields ? allDecodingProblems(value, schema) : NO_PROBLEMS;
  } catch (error) {
    if (error instanceof DecodingError) return allDecodingProblems(value, schema);
    throw error;
  }
}

const NO_PROBLEMS: readonly DecodingProblem[] = [];

/** The same for a value that `decodeValue` refused, or in which it saw unknown fields. */
export function allDecodingProblems(value: unknown, schema: Schema): DecodingProblem[] {
  const problems: DecodingProblem[] = [];
  walk(value, schema, [], { root: schema, problems });
  return problems;
}

interface Search {
  readonly root: Schema;
  readonly problems: DecodingProblem[];
}

function walk(value: unknown, schema: Schema, path: readonly Step[], search: Search): void {
  if (value === null || value === undefined || schema.type === 'any') return;
  const message = tryMismatch(shallow(value, schema), schema, path, search.root);
  if (message !== undefined) search.problems.push({ kind: 'wrong-type', field: formatField(path, search.root), message });
  else if (schema.type === 'list') (value as readonly unknown[]).forEach((item, index) => walk(item, schema.element as Schema, [...path, index], search));
  else if (schema.type === 'object' || schema.type === 'map') walkMembers(value as Readonly<Record<string, unknown>>, schema, path, search);
}

function walkMembers(members: Readonly<Record<string, unknown>>, schema: Schema, path: readonly Step[], search: Search): void {
  for (const [key, item] of Object.entries(members)) {
    const next = schema.fields.get(key)?.schema ?? schema.element;
    if (item === undefined) continue;
    if (next) walk(item, next, [...path, key], search);
    else search.problems.push({ kind: 'unknown-field', field: formatField([...path, key], search.root), message: `unknown field "${serverPath([...path, key])}"` });
  }
}

/** Containers are looked into by themselves: here only whether they are containers. */
function shallow(value: unknown, { type }: Schema): unknown {
  if (type === 'list' && Array.isArray(value)) return [];
  if ((type === 'object' || type === 'map') && typeof value === 'object' && !Array.isArray(value)) return {};
  return value;
}

/** What the server would say if this value alone were in the object: its words name the structs around it. */
function tryMismatch(value: unknown, schema: Schema, path: readonly Step[], root: Schema): string | undefined {
  try {
    decodeValue(value, schema);
    return undefined;
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
  }
  const alone = path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value);
  try {
    decodeValue(alone, root);
    return undefined;
  } catch (error) {
    if (error instanceof DecodingError) return error.message;
    throw error;
  }
}

const serverPath = (path: readonly Step[]) => path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');

/** Keys of maps are in brackets, fields behind dots. */
function formatField(path: readonly Step[], root: Schema): string {
  let schema: Schema | undefined = root;
  let text = '';
  for (const step of path) {
    if (typeof step === 'number' || schema?.type === 'map') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
    schema = typeof step === 'number' ? schema?.element : schema?.fields.get(step)?.schema ?? schema?.element;
  }
  return text;
}
