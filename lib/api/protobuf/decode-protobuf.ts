import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import { badRequest } from '../status-error';
import { WireReader } from './wire';

type JsonObject = Record<string, unknown>;

/** A field of a message: its number, its name in JSON (`=` for a struct that is inlined there) and its type. */
interface Field {
  readonly name: string;
  readonly type: string;
}

interface Facts {
  /** By `apiVersion kind`: the message. */
  readonly kinds: Readonly<Record<string, string>>;
  /** By message: `<number> <name> <type>`, types as in `READERS`, messages by name, `[]` lists and `{}` maps of them. */
  readonly types: Readonly<Record<string, readonly string[]>>;
}

let facts: Facts | undefined;
const messages = new Map<string, ReadonlyMap<number, Field>>();

/** What every body begins with. */
const MAGIC = Buffer.from('k8s\0');

/**
 * A request body in Kubernetes' protobuf form as the JSON value it stands for: typed clients (kubectl 1.32 and newer among them) send built-in kinds this way.
 * Throws 400 for what is none, or of a kind that only comes as JSON.
 */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  try {
    return readEnvelope(bytes.subarray(MAGIC.length));
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`the body is no valid protobuf message: ${error.message}`);
    throw error;
  }
}

/** runtime.Unknown: the type, then the object. */
function readEnvelope(bytes: Uint8Array): JsonObject {
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  for (const reader = new WireReader(bytes); !reader.done;) {
    const { number, value } = reader.next();
    if (number === 1) [apiVersion, kind] = readTexts(value as Uint8Array, 2);
    if (number === 2) raw = value as Uint8Array;
  }
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/protobuf.json'), 'utf8')) as Facts;
  const message = facts.kinds[`${apiVersion} ${kind}`];
  if (!message) throw badRequest(`${kind} in version "${apiVersion}" is not known in protobuf form; send it as application/json`);
  return { apiVersion, kind, ...readMessage(raw, message) };
}

/** The first fields of a message of texts, in order of their numbers. */
function readTexts(bytes: Uint8Array, count: number): string[] {
  const texts = Array.from({ length: count }, () => '');
  for (const reader = new WireReader(bytes); !reader.done;) {
    const { number, value } = reader.next();
    if (value instanceof Uint8Array && number <= count) texts[number - 1] = text(value);
  }
  return texts;
}

function fieldsOf(message: string): ReadonlyMap<number, Field> {
  let fields = messages.get(message);
  if (!fields) {
    const lines = facts?.types[message] ?? [];
    messages.set(message, (fields = new Map(lines.map((line): [number, Field] => {
      const [number, name, type] = line.split(' ');
      return [Number(number), { name, type }];
    }))));
  }
  return fields;
}

function readMessage(bytes: Uint8Array, message: string): JsonObject {
  const fields = fieldsOf(message);
  const object: JsonObject = {};
  for (const reader = new WireReader(bytes); !reader.done;) {
    const { number, value } = reader.next();
    const field = fields.get(number);
    if (!field) continue;
    const { name, type } = field;
    if (name === '=') Object.assign(object, readMessage(value as Uint8Array, type));
    else if (type.startsWith('[]')) object[name] = [...((object[name] ?? []) as unknown[]), ...readItems(value, type.slice(2))];
    else if (type.startsWith('{}')) object[name] = { ...(object[name] as JsonObject | undefined), ...readEntry(value as Uint8Array, type.slice(2)) };
    else object[name] = readValue(value, type);
  }
  return object;
}

type Raw = Uint8Array | bigint | number;

/** Numbers may come packed into one field. */
function readItems(value: Raw, type: string): unknown[] {
  if (type !== 'int' || !(value instanceof Uint8Array)) return [readValue(value, type)];
  const items: number[] = [];
  for (const reader = new WireReader(value); !reader.done;) items.push(Number(reader.varint()));
  return items;
}

function readEntry(bytes: Uint8Array, type: string): JsonObject {
  let key = '';
  let entry: unknown = type === 'string' || type === 'bytes' ? '' : {};
  for (const reader = new WireReader(bytes); !reader.done;) {
    const { number, value } = reader.next();
    if (number === 1) key = text(value as Uint8Array);
    else entry = readValue(value, type);
  }
  return { [key]: entry };
}

const text = (value: Uint8Array) => Buffer.from(value).toString();

/** Types that are not messages of named fields. */
const READERS: Readonly<Record<string, (value: Raw) => unknown>> = {
  'string': (value) => text(value as Uint8Array),
  'bool': (value) => Boolean(value),
  'int': Number,
  'double': Number,
  'bytes': (value) => Buffer.from(value as Uint8Array).toString('base64'),
  'time': (value) => readTime(value as Uint8Array, 0),
  'micro-time': (value) => readTime(value as Uint8Array, 6),
  'quantity': (value) => readTexts(value as Uint8Array, 1)[0],
  'int-or-string': (value) => readIntOrString(value as Uint8Array),
  'json': (value) => JSON.parse(readTexts(value as Uint8Array, 1)[0] || 'null') as unknown,
  'strings': (value) => readList(value as Uint8Array),
};

function readValue(value: Raw, type: string): unknown {
  const read = READERS[type];
  return read ? read(value) : readMessage(value as Uint8Array, type);
}

function numbersIn(bytes: Uint8Array): ReadonlyMap<number, Raw> {
  const found = new Map<number, Raw>();
  for (const reader = new WireReader(bytes); !reader.done;) {
    const { number, value } = reader.next();
    found.set(number, value);
  }
  return found;
}

/** Seconds and nanoseconds; the time zero is none. */
function readTime(bytes: Uint8Array, digits: 0 | 6): string | null {
  const parts = numbersIn(bytes);
  const seconds = Number(parts.get(1) ?? 0);
  const nanoseconds = Number(parts.get(2) ?? 0);
  if (bytes.length === 0 || seconds <= -62_135_596_800) return null;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}Z`;
}

function readIntOrString(bytes: Uint8Array): number | string {
  const parts = numbersIn(bytes);
  return Number(parts.get(1) ?? 0) === 0 ? Number(parts.get(2) ?? 0) : text((parts.get(3) ?? new Uint8Array()) as Uint8Array);
}

function readList(bytes: Uint8Array): string[] {
  const items: string[] = [];
  for (const reader = new WireReader(bytes); !reader.done;) items.push(text(reader.next().value as Uint8Array));
  return items;
}
