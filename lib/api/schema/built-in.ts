import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import { ANY, NO_FIELDS, NO_KEYS, scalar } from './schema-node';
import type { Field, ListType, Schema, SchemaType } from './schema-node';

/** An entry of facts/definitions.json, or a property of one. */
interface Definition {
  readonly '$ref'?: string;
  readonly 'type'?: string;
  readonly 'format'?: string;
  readonly 'default'?: unknown;
  readonly 'properties'?: Readonly<Record<string, Definition>>;
  readonly 'additionalProperties'?: Definition;
  readonly 'items'?: Definition;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** `replicas? *int32`: the name in JSON, `?` for omitempty, the Go type. In the order of the Go struct. */
type GoField = string;

const SCALARS: Readonly<Record<string, SchemaType>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
};
const FREE_FORM = ['pkg.runtime.RawExtension', 'meta.v1.FieldsV1', 'meta.v1.Patch', 'apiextensions.v1.JSON', 'apiextensions.v1.JSONSchemaPropsOrArray', 'apiextensions.v1.JSONSchemaPropsOrBool', 'apiextensions.v1.JSONSchemaPropsOrStringArray'];

/** Free-form JSON inside a built-in kind is owned as a whole. */
const EMBEDDED: Schema = { ...ANY, atomic: true };

let definitions: Readonly<Record<string, Definition>> | undefined;
let goTypes: Readonly<Record<string, readonly GoField[]>> | undefined;
let byKind: Map<string, string> | undefined;
const named = new Map<string, Schema>();

const readFacts = (file: string) => JSON.parse(fs.readFileSync(packageFile(`lib/api/facts/${file}`), 'utf8')) as unknown;
const allDefinitions = () => (definitions ??= readFacts('definitions.json') as Readonly<Record<string, Definition>>);
const allGoTypes = () => (goTypes ??= readFacts('go-types.json') as Readonly<Record<string, readonly GoField[]>>);

/** The schema of a built-in kind (also of subresource kinds: Scale, Eviction, TokenRequest), the same node each time. */
export function tryBuiltInSchema(apiVersion: string, kind: string): Schema | undefined {
  byKind ??= indexKinds();
  const name = byKind.get(`${apiVersion} ${kind}`);
  return name === undefined ? undefined : namedSchema(name);
}

/** The schema of metadata, which custom resources share. */
export const objectMetaSchema = (): Schema => namedSchema('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

function indexKinds(): Map<string, string> {
  const index = new Map<string, string>();
  for (const [name, definition] of Object.entries(allDefinitions())) {
    const kinds = definition['x-kubernetes-group-version-kind'] ?? [];
    for (const { group, version, kind } of kinds) {
      if (kinds.length > 1 && !name.endsWith(`.${kind}`)) continue;
      index.set(`${group ? `${group}/` : ''}${version} ${kind}`, name);
    }
  }
  return index;
}

function namedSchema(name: string): Schema {
  let schema = named.get(name);
  if (!schema) named.set(name, (schema = makeNamed(name)));
  return schema;
}

function makeNamed(name: string): Schema {
  const segments = name.split('.');
  const goType = segments.slice(-2).join('.');
  const type = SCALARS[name];
  if (type) return scalar(type, type === 'int-or-string' ? 'int32' : 'string');
  if (FREE_FORM.some((suffix) => name.endsWith(suffix))) return EMBEDDED;
  const definition = allDefinitions()[name];
  if (!definition) throw new Error(`facts/definitions.json: no definition "${name}"`);
  return new StructSchema(goType, definition, allGoTypes()[name] ?? []);
}

class StructSchema implements Schema {
  readonly type = 'object';
  readonly element = undefined;
  readonly listType = 'atomic';
  readonly mapKeys = NO_KEYS;
  readonly preservesUnknown = false;
  readonly source = undefined;
  private known: ReadonlyMap<string, Field> | undefined;

  constructor(readonly goType: string, private readonly definition: Definition, private readonly goFields: readonly GoField[], private readonly mapType = definition['x-kubernetes-map-type']) {}

  get atomic(): boolean {
    return this.mapType === 'atomic';
  }

  get fields(): ReadonlyMap<string, Field> {
    return (this.known ??= this.resolve());
  }

  /** The same object at a place that says otherwise how it is merged. */
  withMapType(mapType: string): Schema {
    return new StructSchema(this.goType, this.definition, this.goFields, mapType);
  }

  private resolve(): ReadonlyMap<string, Field> {
    const properties = this.definition.properties ?? {};
    const order = this.goFields.length > 0 ? this.goFields : Object.keys(properties).map((name) => `${name}? interface {}`);
    return new Map(order.flatMap((line) => {
      const space = line.indexOf(' ');
      const omitEmpty = line[space - 1] === '?';
      const name = line.slice(0, omitEmpty ? space - 1 : space);
      const property = properties[name];
      return property ? [[name, fieldOf(name, property, omitEmpty, line.slice(space + 1))]] : [];
    }));
  }
}

function fieldOf(name: string, property: Definition, omitEmpty: boolean, goType: string): Field {
  const pointer = goType.startsWith('*');
  let schema: Schema | undefined;
  return {
    name, omitEmpty, pointer,
    default: property.default,
    patchStrategies: property['x-kubernetes-patch-strategy']?.split(',') ?? NO_KEYS,
    patchMergeKey: property['x-kubernetes-patch-merge-key'],
    get schema() {
      return (schema ??= schemaOfProperty(property, pointer ? goType.slice(1) : goType));
    },
  };
}

function schemaOfProperty(property: Definition, goType: string): Schema {
  if (property.$ref) {
    const target = namedSchema(property.$ref.slice('#/definitions/'.length));
    const mapType = property['x-kubernetes-map-type'];
    return mapType && target instanceof StructSchema ? target.withMapType(mapType) : target;
  }
  if (property.type === 'array') return listOf(property, goType);
  if (property.type === 'object') return mapOf(property, goType);
  if (property.type === 'integer') return scalar(property.format === 'int32' ? 'int32' : 'int64', goType);
  if (property.type === 'number') return scalar('number', goType);
  if (property.type === 'boolean') return scalar('boolean', goType);
  if (property.format === 'byte') return scalar('bytes', goType);
  return property.type === 'string' ? scalar('string', goType) : ANY;
}

function listOf(property: Definition, goType: string): Schema {
  const { listType, mapKeys } = mergingOf(property);
  let element: Schema | undefined;
  return {
    type: 'list', goType, fields: NO_FIELDS, listType, mapKeys, atomic: listType === 'atomic', preservesUnknown: false, source: undefined,
    get element() {
      return (element ??= property.items ? schemaOfProperty(property.items, goType.replace(/^\[\]\*?/, '')) : ANY);
    },
  };
}

/** As upstream's schema conversion: without a list type the older patch strategy decides. */
function mergingOf(property: Definition): { readonly listType: ListType; readonly mapKeys: readonly string[] } {
  const listType = property['x-kubernetes-list-type'];
  if (listType) return { listType: listType as ListType, mapKeys: property['x-kubernetes-list-map-keys'] ?? NO_KEYS };
  if (!property['x-kubernetes-patch-strategy']?.split(',').includes('merge')) return { listType: 'atomic', mapKeys: NO_KEYS };
  const key = property['x-kubernetes-patch-merge-key'];
  return key ? { listType: 'map', mapKeys: [key] } : { listType: 'set', mapKeys: NO_KEYS };
}

function mapOf(property: Definition, goType: string): Schema {
  if (!property.additionalProperties) return ANY;
  const values = property.additionalProperties;
  let element: Schema | undefined;
  return {
    type: 'map', goType, fields: NO_FIELDS, listType: 'atomic', mapKeys: NO_KEYS, atomic: property['x-kubernetes-map-type'] === 'atomic', preservesUnknown: false, source: undefined,
    get element() {
      return (element ??= schemaOfProperty(values, goType.replace(/^.*?\]/, '')));
    },
  };
}
