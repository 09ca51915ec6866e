import { trySchemaOf, type Schema } from '../../../lib/api/schema/schema';
import { type UnsupportedField, unsupportedFields } from '../../../lib/apiserver/admission/unsupported-fields';
import { documentedKinds } from './kinds';

export interface DocumentedField {
  /** `Container.image` */
  readonly key: string;
  readonly name: string;
  /** As a reader knows it: `[]Container`, `string`. */
  readonly type: string;
  readonly refused: UnsupportedField | undefined;
}

export interface DocumentedType {
  readonly name: string;
  readonly fields: readonly DocumentedField[];
}

/** Common to all kinds, or written by the runtime itself. */
const SKIPPED = ['apiVersion', 'kind', 'metadata', 'status'];

/** Every type that an object of the documented kinds is made of, in the order in which they are met. Below a field that is always refused nothing is listed. */
export function documentedTypes(): readonly DocumentedType[] {
  const types = new Map<string, DocumentedType>();
  for (const { apiVersion, kind } of documentedKinds) {
    const schema = trySchemaOf(apiVersion, kind);
    if (!schema) throw new Error(`${apiVersion} ${kind} is not a kind of the API`);
    visit(schema, types);
  }
  return [...types.values()];
}

function visit(schema: Schema, types: Map<string, DocumentedType>): void {
  if (schema.element) return visit(schema.element, types);
  const name = typeName(schema);
  if (schema.fields.size === 0 || types.has(name)) return;
  const fields = [...schema.fields.values()].filter((field) => !SKIPPED.includes(field.name) || name.endsWith('TemplateSpec') && field.name === 'metadata').map((field): DocumentedField => ({
    key: `${name}.${field.name}`, name: field.name, type: shown(field.schema),
    refused: unsupportedFields.find((rule) => rule.type === name && rule.field === field.name),
  }));
  types.set(name, { name, fields });
  for (const { name: field, refused } of fields) {
    const inner = schema.fields.get(field)?.schema;
    if (inner && field !== 'metadata' && (!refused || refused.refuses)) visit(inner, types);
  }
}

const typeName = ({ goType }: Schema) => goType.slice(goType.lastIndexOf('.') + 1);

function shown(schema: Schema): string {
  if (schema.type === 'list') return `[]${schema.element ? shown(schema.element) : 'any'}`;
  if (schema.type === 'map') return `map of ${schema.element ? shown(schema.element) : 'any'}`;
  return schema.type === 'object' ? typeName(schema) : schema.type;
}
