import { objectMetaSchema } from './built-in';
import { ANY, NO_FIELDS, NO_KEYS, scalar } from './schema-node';
import type { CustomSchema, Field, ListType, Schema } from './schema-node';

const cache = new WeakMap<CustomSchema, Schema>();

/** The schema of a custom resource version (`openAPIV3Schema`); apiVersion, kind and metadata are added. The same node for the same object. */
export function schemaOfCustomResource(openAPIV3Schema: CustomSchema): Schema {
  let schema = cache.get(openAPIV3Schema);
  if (!schema) {
    schema = objectSchema(openAPIV3Schema, true);
    cache.set(openAPIV3Schema, schema);
  }
  return schema;
}

function convert(source: CustomSchema): Schema {
  if (source['x-kubernetes-int-or-string']) return { ...scalar('int-or-string', 'int-or-string'), source };
  switch (source.type) {
    case 'object': return objectSchema(source, source['x-kubernetes-embedded-resource'] === true);
    case 'array': return listSchema(source);
    case 'string': return { ...scalar('string', 'string'), source };
    case 'integer': return { ...scalar('int64', 'integer'), source };
    case 'number': return { ...scalar('number', 'number'), source };
    case 'boolean': return { ...scalar('boolean', 'boolean'), source };
    default: return { ...ANY, source };
  }
}

function objectSchema(source: CustomSchema, withTypeAndMeta: boolean): Schema {
  const properties = Object.entries(source.properties ?? {}).filter(([name]) => !(withTypeAndMeta && TYPE_AND_META.has(name)));
  const fields = [...(withTypeAndMeta ? typeAndMeta() : []), ...properties.map(([name, property]) => customField(name, property))];
  const free = source['x-kubernetes-preserve-unknown-fields'] === true || (properties.length === 0 && !withTypeAndMeta && source.additionalProperties === undefined);
  return {
    type: fields.length === 0 && !free ? 'map' : 'object', goType: 'object',
    fields: fields.length > 0 ? new Map(fields.map((field) => [field.name, field])) : NO_FIELDS,
    element: elementOf(source, free),
    listType: 'atomic', mapKeys: NO_KEYS,
    atomic: source['x-kubernetes-map-type'] === 'atomic',
    preservesUnknown: source['x-kubernetes-preserve-unknown-fields'] === true, source,
  };
}

function elementOf(source: CustomSchema, free: boolean): Schema | undefined {
  if (typeof source.additionalProperties === 'object') return convert(source.additionalProperties);
  return free || source.additionalProperties === true ? ANY : undefined;
}

const TYPE_AND_META = new Set(['apiVersion', 'kind', 'metadata']);

const typeAndMeta = (): Field[] => [
  { ...fieldDefaults, name: 'apiVersion', schema: scalar('string', 'string') },
  { ...fieldDefaults, name: 'kind', schema: scalar('string', 'string') },
  { ...fieldDefaults, name: 'metadata', schema: objectMetaSchema() },
];

const fieldDefaults = { pointer: true, omitEmpty: true, default: undefined, patchStrategies: NO_KEYS, patchMergeKey: undefined };

const customField = (name: string, property: CustomSchema): Field => ({ ...fieldDefaults, name, schema: convert(property), default: property.default });

function listSchema(source: CustomSchema): Schema {
  const listType = (source['x-kubernetes-list-type'] ?? 'atomic') as ListType;
  return {
    type: 'list', goType: 'array', fields: NO_FIELDS, element: source.items ? convert(source.items) : ANY,
    listType, mapKeys: source['x-kubernetes-list-map-keys'] ?? NO_KEYS, atomic: listType === 'atomic', preservesUnknown: false, source,
  };
}
