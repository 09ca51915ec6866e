import { ANY, NO_FIELDS, NO_KEYS, scalar } from '../schema/schema-node';
import type { Field, Schema, SchemaType } from '../schema/schema-node';
import { tryKindFacts, versionFacts } from './facts';
import type { MinorRange } from './kubernetes-range';

const schemas = new Map<string, Schema | undefined>();

/**
 * The fields that a kind has in all versions of a range in which it is served. Undefined for kinds that are not Kubernetes' own, and for versions whose fields
 * are not known. Cached: the same node each time. Only for finding unknown fields and wrong types: it does not know how fields are merged or defaulted.
 */
export function tryVersionSchema(apiVersion: string, kind: string, range: MinorRange): Schema | undefined {
  const key = `${apiVersion} ${kind} ${range.from} ${range.to}`;
  if (!schemas.has(key)) schemas.set(key, makeSchema(apiVersion, kind, range));
  return schemas.get(key);
}

function makeSchema(apiVersion: string, kind: string, { from, to }: MinorRange): Schema | undefined {
  const found = tryKindFacts(apiVersion, kind);
  const first = Math.max(from, found?.from ?? 0);
  const last = Math.min(to, found?.to ?? to);
  return found?.type === undefined || first > last ? undefined : structOf(found.type, { from: first, to: last });
}

/** Which versions have a field; undefined if none has. `path` is that of the schema's fields: without indexes and keys of maps. */
export function tryFieldVersions(apiVersion: string, kind: string, path: readonly (string | number)[]): MinorRange | undefined {
  const { oldest, newest, types } = versionFacts();
  let type = `#${tryKindFacts(apiVersion, kind)?.type ?? ''}`;
  let range = { from: oldest, to: newest };
  for (const step of path) {
    if (type.startsWith('[]') || type.startsWith('{}')) {
      type = type.slice(2);
      continue;
    }
    const field = types[type.slice(1)]?.[String(step)];
    if (field === undefined) return undefined;
    const parsed = parseField(field);
    range = { from: Math.max(range.from, parsed.from), to: Math.min(range.to, parsed.to) };
    type = parsed.type;
  }
  return range;
}

function parseField(text: string): MinorRange & { readonly type: string } {
  const at = text.indexOf('@');
  if (at < 0) return { type: text, from: 0, to: Infinity };
  const [from, to] = text.slice(at + 1).split('-');
  return { type: text.slice(0, at), from: from ? Number(from) : 0, to: to ? Number(to) : Infinity };
}

const structs = new Map<string, Schema>();

function structOf(type: string, range: MinorRange): Schema {
  const key = `${type} ${range.from} ${range.to}`;
  let schema = structs.get(key);
  if (!schema) structs.set(key, (schema = new VersionedStruct(type, range)));
  return schema;
}

class VersionedStruct implements Schema {
  readonly type = 'object';
  readonly element = undefined;
  readonly listType = 'atomic';
  readonly mapKeys = NO_KEYS;
  readonly atomic = false;
  readonly preservesUnknown = false;
  readonly source = undefined;
  readonly goType: string;
  private known: ReadonlyMap<string, Field> | undefined;

  constructor(private readonly name: string, private readonly range: MinorRange) {
    this.goType = name.split('.').slice(-2).join('.');
  }

  get fields(): ReadonlyMap<string, Field> {
    return (this.known ??= this.resolve());
  }

  private resolve(): ReadonlyMap<string, Field> {
    const { from, to } = this.range;
    return new Map(Object.entries(versionFacts().types[this.name] ?? {}).flatMap(([name, text]) => {
      const field = parseField(text);
      return field.from <= from && field.to >= to ? [[name, fieldOf(name, field.type, this.range)]] : [];
    }));
  }
}

function fieldOf(name: string, type: string, range: MinorRange): Field {
  let schema: Schema | undefined;
  return {
    name, pointer: true, omitEmpty: true, default: undefined, patchStrategies: NO_KEYS, patchMergeKey: undefined,
    get schema() {
      return (schema ??= schemaOf(type, range));
    },
  };
}

/** As Go names them in decoding errors. */
const GO_TYPES: Readonly<Partial<Record<SchemaType, string>>> = { 'boolean': 'bool', 'number': 'float64', 'bytes': '[]uint8', 'int-or-string': 'int32', 'quantity': 'string', 'time': 'string', 'micro-time': 'string' };

function schemaOf(type: string, range: MinorRange): Schema {
  if (type.startsWith('#')) return structOf(type.slice(1), range);
  if (type === 'any') return ANY;
  if (!type.startsWith('[]') && !type.startsWith('{}')) return scalar(type as SchemaType, GO_TYPES[type as SchemaType] ?? type);
  const list = type.startsWith('[]');
  const element = schemaOf(type.slice(2), range);
  return {
    type: list ? 'list' : 'map', goType: list ? `[]${element.goType}` : `map[string]${element.goType}`, fields: NO_FIELDS, element,
    listType: 'atomic', mapKeys: NO_KEYS, atomic: false, preservesUnknown: false, source: undefined,
  };
}
