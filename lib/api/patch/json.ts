import { DecodingError, jsonTypeName } from '../decode/decoding-error';
import { parseJson } from '../decode/json-scanner';
import { StatusError, badRequest } from '../status-error';
import { isObject } from './json-object';

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/** Most operations of one patch, as upstream. */
const MAXIMUM = 10_000;

/**
 * RFC 6902 as the API server does it: negative indexes count from the end, `replace` of a missing key adds it, `copy` of a missing one gives null.
 * `patch` is the list of operations or its text. The original is not changed; parts of it are shared. Throws 400 for what is no patch, 422 for one that does not apply.
 */
export function applyJsonPatch(original: unknown, patch: unknown): unknown {
  const operations = readPatch(patch);
  if (operations.length > MAXIMUM) {
    const message = `The allowed maximum operations in a JSON patch is ${MAXIMUM}, got ${operations.length}`;
    throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'RequestEntityTooLarge', code: 413 });
  }
  try {
    return operations.reduce<unknown>(applyOperation, structuredClone(original));
  } catch (error) {
    if (!(error instanceof DoesNotApply)) throw error;
    const message = 'the server rejected our request due to an error in our request';
    throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Invalid', details: {}, code: 422 }, { cause: error });
  }
}

class DoesNotApply extends Error {}

function readPatch(patch: unknown): readonly Operation[] {
  const value = readPatchBody(patch);
  if (value === null) return [];
  if (!Array.isArray(value)) throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type []handlers.jsonPatchOp`);
  return value as readonly Operation[];
}

/** A patch body as a value. Throws the 400 of bad JSON. */
export function readPatchBody(patch: unknown): unknown {
  if (typeof patch !== 'string' && !(patch instanceof Uint8Array)) return patch;
  try {
    return parseJson(typeof patch === 'string' ? patch : Buffer.from(patch).toString());
  } catch (error) {
    if (error instanceof DecodingError) throw badRequest(`error decoding patch: ${error.message}`);
    throw error;
  }
}

function applyOperation(document: unknown, operation: Operation): unknown {
  const { op } = operation;
  const path = pointer(operation.path);
  switch (op) {
    case 'add': case 'replace': return write(document, path, valueOf(operation), op);
    case 'remove': return remove(document, path);
    case 'test':
      if (!equal(tryRead(document, path) ?? null, operation.value ?? null)) throw new DoesNotApply('test failed');
      return document;
    case 'copy': return write(document, path, structuredClone(tryRead(document, pointer(operation.from)) ?? null), 'add');
    case 'move': {
      const from = pointer(operation.from);
      const value = tryRead(document, from);
      return write(remove(document, from), path, value, 'add');
    }
    default: throw new DoesNotApply(`unexpected kind: ${String(op)}`);
  }
}

const valueOf = ({ value }: Operation): unknown => (value === undefined ? null : structuredClone(value));

/** Keys after the first slash; a path without one still names its last part, as upstream reads it. */
function pointer(path: unknown): readonly string[] {
  if (typeof path !== 'string') throw new DoesNotApply('missing path');
  if (path === '') return [];
  return path.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function tryRead(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const key of path) {
    if (Array.isArray(value)) value = value[index(key, value.length)] as unknown;
    else if (isObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else throw new DoesNotApply(`no value at ${path.join('/')}`);
  }
  return value;
}

function write(document: unknown, path: readonly string[], value: unknown, op: 'add' | 'replace'): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = tryRead(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    if (op === 'replace') parent[index(key, parent.length)] = value;
    else if (key === '-') parent.push(value);
    else parent.splice(index(key, parent.length + 1), 0, value);
  } else if (isObject(parent)) parent[key] = value;
  else throw new DoesNotApply(`${op}: missing parent`);
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  const key = path.at(-1);
  const parent = key === undefined ? undefined : tryRead(document, path.slice(0, -1));
  if (key !== undefined && Array.isArray(parent)) parent.splice(index(key, parent.length), 1);
  else if (key !== undefined && isObject(parent) && Object.hasOwn(parent, key)) delete parent[key];
  else throw new DoesNotApply(`remove: missing ${path.join('/')}`);
  return document;
}

/** An index below `length`, counted from the end if negative. */
function index(key: string, length: number): number {
  const number = /^-?\d+$/.test(key) ? Number(key) : NaN;
  const result = number < 0 ? number + length : number;
  if (!(result >= 0 && result < length)) throw new DoesNotApply(`index ${key} is out of range`);
  return result;
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}
