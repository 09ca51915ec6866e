import { tryCanonicalQuantity, QUANTITY_ERROR } from '../quantity-format';
import type { Field, Schema } from '../schema/schema-node';
import { DecodingError, jsonTypeName } from './decoding-error';
import { normalMicroTime, normalTime } from './time';

type JsonObject = Record<string, unknown>;

/** Where the decoder is, for the words of an error: Go names the struct and the path of fields, without indexes. */
interface Position {
  struct: string;
  readonly path: string[];
  /** Some field was not in the schema: the caller looks for which. */
  unknown: boolean;
}

export interface Decoded {
  readonly value: unknown;
  readonly hasUnknownFields: boolean;
}

/**
 * A new value as if `value` had been read into the Go type of the schema and written again: undeclared fields dropped, absent structs
 * and required fields written as their zero value, empty optional ones left out, quantities and times in their canonical form.
 * The input is not changed and not shared. Throws DecodingError on a wrong type.
 */
export function decodeValue(value: unknown, schema: Schema): Decoded {
  const position: Position = { struct: '', path: [], unknown: false };
  return { value: decode(value, schema, position), hasUnknownFields: position.unknown };
}

const zeroObjects = new WeakMap<Schema, unknown>();

/** What an object of the type looks like before anything is set: `{ metadata: { creationTimestamp: null }, spec: … }`. Shared: read-only. */
export function zeroObject(schema: Schema): unknown {
  let zero = zeroObjects.get(schema);
  if (zero === undefined) zeroObjects.set(schema, (zero = decodeValue({}, schema).value));
  return zero;
}

function decode(value: unknown, schema: Schema, position: Position): unknown {
  switch (schema.type) {
    case 'string':
      if (typeof value === 'string') return value;
      throw mismatch(value, schema, position);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw mismatch(value, schema, position);
    case 'int32': return integer(value, schema, position, 2 ** 31);
    case 'int64': return integer(value, schema, position, 2 ** 63);
    case 'number':
      if (typeof value === 'number') return value;
      throw mismatch(value, schema, position);
    case 'object': return decodeObject(value, schema, position);
    case 'map': return decodeMap(value, schema, position);
    case 'list': return decodeList(value, schema, position);
    case 'bytes': return bytes(value, schema, position);
    case 'quantity': return quantity(value);
    case 'int-or-string': return typeof value === 'string' ? value : integer(value, schema, position, 2 ** 31);
    case 'time': return typeof value === 'string' ? normalTime(value) : failed(value, schema, position);
    case 'micro-time': return typeof value === 'string' ? normalMicroTime(value) : failed(value, schema, position);
    case 'any': return structuredCopy(value);
  }
}

/** A field with its place in the order of the struct. */
interface PlannedField {
  readonly field: Field;
  readonly index: number;
}

/** How objects of a schema are decoded: a few fields of many are there, so it is the fields of the input that are looked at. */
interface Plan {
  readonly byName: ReadonlyMap<string, PlannedField>;
  /** Fields that are written when they are absent, too. */
  readonly always: readonly PlannedField[];
}

const plans = new WeakMap<Schema, Plan>();

function planOf(schema: Schema): Plan {
  let plan = plans.get(schema);
  if (!plan) {
    const planned = [...schema.fields.values()].map((field, index) => ({ field, index }));
    plan = { byName: new Map(planned.map((one) => [one.field.name, one])), always: planned.filter(({ field }) => absentValue(field) !== undefined) };
    plans.set(schema, plan);
  }
  return plan;
}

/** What is written for a field that is not in the input. */
function absentValue(field: Field): unknown {
  if (field.omitEmpty && (field.pointer || !isValueStruct(field.schema))) return undefined;
  return field.pointer ? null : zeroOf(field.schema);
}

function decodeObject(value: unknown, schema: Schema, position: Position): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(value, schema, position);
  const input = value as JsonObject;
  const plan = planOf(schema);
  const present = presentFields(input, plan, position);
  const output: JsonObject = {};
  const { struct } = position;
  position.struct = schema.goType;
  let absent = 0;
  for (const { field, index } of present) {
    for (; absent < plan.always.length && plan.always[absent].index < index; absent += 1) output[plan.always[absent].field.name] = absentValue(plan.always[absent].field);
    if (absent < plan.always.length && plan.always[absent].index === index) absent += 1;
    position.path.push(field.name);
    const decoded = decode(input[field.name], field.schema, position);
    position.path.pop();
    if (!(field.omitEmpty && isEmpty(decoded, field))) output[field.name] = decoded;
  }
  for (; absent < plan.always.length; absent += 1) output[plan.always[absent].field.name] = absentValue(plan.always[absent].field);
  position.struct = struct;
  return output;
}

/** In the order of the struct. Says in `position` when there is something else in the input. */
function presentFields(input: JsonObject, { byName }: Plan, position: Position): readonly PlannedField[] {
  const present: PlannedField[] = [];
  for (const key of Object.keys(input)) {
    const planned = byName.get(key);
    const raw = input[key];
    if (!planned && raw !== undefined) position.unknown = true;
    if (!planned || raw === undefined || raw === null) continue;
    let at = present.length;
    for (; at > 0 && present[at - 1].index > planned.index; at -= 1) present[at] = present[at - 1];
    present[at] = planned;
  }
  return present;
}

/** Go never leaves out a struct that is not behind a pointer. */
const isValueStruct = ({ type }: Schema) => type === 'object' || type === 'time' || type === 'micro-time' || type === 'quantity' || type === 'int-or-string';

function isEmpty(value: unknown, field: Field): boolean {
  if (value === null) return true;
  if (typeof value === 'object') return field.schema.type === 'map' && Object.keys(value).length === 0;
  if (field.pointer) return false;
  return (value === '' || value === 0 || value === false) && !isValueStruct(field.schema);
}

function zeroOf(schema: Schema): unknown {
  switch (schema.type) {
    case 'string': return '';
    case 'boolean': return false;
    case 'int32': case 'int64': case 'number': case 'int-or-string': return 0;
    case 'quantity': return '0';
    case 'object': return structuredCopy(zeroObject(schema));
    default: return null;
  }
}

function decodeMap(value: unknown, schema: Schema, position: Position): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(value, schema, position);
  const element = schema.element as Schema;
  const output: JsonObject = {};
  for (const key of Object.keys(value)) {
    const raw = (value as JsonObject)[key];
    output[key] = raw === null || raw === undefined ? zeroOf(element) : decode(raw, element, position);
  }
  return output;
}

function decodeList(value: unknown, schema: Schema, position: Position): unknown[] | null {
  if (!Array.isArray(value)) throw mismatch(value, schema, position);
  const element = schema.element as Schema;
  if (value.length === 0) return null;
  return value.map((raw: unknown) => (raw === null ? zeroOf(element) : decode(raw, element, position)));
}

function integer(value: unknown, schema: Schema, position: Position, limit: number): number {
  if (typeof value !== 'number') throw mismatch(value, schema, position);
  if (!Number.isInteger(value) || value >= limit || value < -limit) throw mismatch(value, schema, position, `number ${value}`);
  return value;
}

function quantity(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined;
  const canonical = text === undefined ? undefined : tryCanonicalQuantity(text);
  if (canonical === undefined) throw new DecodingError(QUANTITY_ERROR);
  return canonical;
}

function bytes(value: unknown, schema: Schema, position: Position): string {
  if (typeof value !== 'string') throw mismatch(value, schema, position);
  const text = /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value;
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  const bad = /[^A-Za-z0-9+/]/.exec(text)?.index ?? text.length - (text.length % 4);
  throw new DecodingError(`illegal base64 data at input byte ${bad}`);
}

function structuredCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(structuredCopy);
  const output: JsonObject = {};
  for (const key of Object.keys(value)) output[key] = structuredCopy((value as JsonObject)[key]);
  return output;
}

function failed(value: unknown, schema: Schema, position: Position): never {
  throw mismatch(value, schema, position);
}

function mismatch(value: unknown, schema: Schema, { struct, path }: Position, found = jsonTypeName(value)): DecodingError {
  const where = path.length > 0 ? `Go struct field ${struct.split('.').pop()}.${path.join('.')} of type` : 'Go value of type';
  return new DecodingError(`json: cannot unmarshal ${found} into ${where} ${schema.goType}`, { found, expected: schema.type });
}
