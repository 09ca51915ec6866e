import { trySchemaOf, type Schema } from '../../api/schema/schema';
import { type UnsupportedField, unsupportedFields } from './unsupported-fields';

/** A refused field of an object, where it stands: `spec.template.spec.volumes[0].iscsi`. */
export interface FoundField {
  readonly path: string;
  readonly why: string;
}

type Rules = ReadonlyMap<string, UnsupportedField>;

const rulesByType = groupByType(unsupportedFields);
const holders = new Map<Schema, boolean>();

/** Every field of the object that would have to be ignored, in the order of the schema. Status and metadata are not looked at. Pure. */
export function findUnsupported(object: { readonly apiVersion: string; readonly kind: string }): readonly FoundField[] {
  const schema = trySchemaOf(object.apiVersion, object.kind);
  if (!schema) return [];
  const found: FoundField[] = [];
  for (const [name, field] of schema.fields) if (name !== 'status' && name !== 'metadata') look(field.schema, (object as Readonly<Record<string, unknown>>)[name], name, found);
  return found;
}

function look(schema: Schema, value: unknown, path: string, found: FoundField[]): void {
  if (value === undefined || value === null || typeof value !== 'object' || !mayHold(schema)) return;
  if (schema.element) {
    const { element } = schema;
    if (Array.isArray(value)) value.forEach((item, index) => look(element, item, `${path}[${index}]`, found));
    else for (const [key, item] of Object.entries(value)) look(element, item, `${path}[${key}]`, found);
    return;
  }
  const rules = rulesByType.get(typeName(schema));
  for (const [name, field] of schema.fields) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    if (inner === undefined || inner === null) continue;
    const rule = rules?.get(name);
    if (rule && isSet(inner) && (rule.refuses?.(inner) ?? true)) found.push({ path: `${path}.${name}`, why: rule.why });
    else look(field.schema, inner, `${path}.${name}`, found);
  }
}

const isSet = (value: unknown) => !Array.isArray(value) || value.length > 0;

/** Whether anything below may be refused: most of an object need not be walked. */
function mayHold(schema: Schema): boolean {
  const known = holders.get(schema);
  if (known !== undefined) return known;
  holders.set(schema, false); // a type that holds itself
  const below = [...schema.fields.values()].map((field) => field.schema);
  const holds = rulesByType.has(typeName(schema)) || [...below, ...(schema.element ? [schema.element] : [])].some(mayHold);
  holders.set(schema, holds);
  return holds;
}

/** `Container` of `v1.Container`. */
const typeName = ({ goType }: Schema) => goType.slice(goType.lastIndexOf('.') + 1);

function groupByType(fields: readonly UnsupportedField[]): ReadonlyMap<string, Rules> {
  const types = new Map<string, Map<string, UnsupportedField>>();
  for (const rule of fields) types.set(rule.type, (types.get(rule.type) ?? new Map<string, UnsupportedField>()).set(rule.field, rule));
  return types;
}
