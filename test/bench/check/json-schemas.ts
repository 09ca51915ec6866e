import fs from 'node:fs';
import path from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** Writes the schemas of Kubernetes' kinds as kubeconform reads them (`{{ .ResourceKind }}{{ .KindSuffix }}.json`, standalone and strict: references inlined, no further properties). */
export function writeJsonSchemas(folder: string, definitions: Readonly<Record<string, Schema>>): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const definition of Object.values(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      if (!definition.properties?.['metadata']) continue;
      const suffix = [...(group ? [group.split('.')[0]] : []), version].join('-');
      fs.writeFileSync(path.join(folder, `${kind.toLowerCase()}-${suffix}.json`), JSON.stringify(inlined(definition, definitions, [])));
    }
  }
}

function inlined(schema: Schema, definitions: Readonly<Record<string, Schema>>, parents: readonly string[]): unknown {
  const { $ref } = schema;
  if ($ref === undefined) return strict(schema, (inner) => inlined(inner, definitions, parents));
  const name = $ref.replace(/^#\/(definitions|components\/schemas)\//, '');
  if (parents.includes(name)) return {}; // JSONSchemaProps contains itself
  if (name.endsWith('.IntOrString')) return { oneOf: [{ type: 'string' }, { type: 'integer' }] };
  if (name.endsWith('.Quantity')) return { oneOf: [{ type: 'string' }, { type: 'number' }] };
  return inlined(definitions[name], definitions, [...parents, name]);
}

/** As kubernetes-json-schema makes them: `null` is allowed everywhere, what is not declared is not. */
function strict(schema: Schema, step: (inner: Schema) => unknown): unknown {
  const entries = Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes'));
  const out: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    if (key === 'properties') out[key] = Object.fromEntries(Object.entries(value as Record<string, Schema>).map(([name, inner]) => [name, step(inner)]));
    else if ((key === 'items' || key === 'additionalProperties') && typeof value === 'object') out[key] = step(value as Schema);
    else if (key === 'type') out[key] = [value, 'null'];
    else if (key === 'enum') out[key] = [...new Set(value as string[])];
    else if (key === 'allOf') return step((value as Schema[])[0]);
    else if (key !== 'format') out[key] = value;
  }
  if (schema.properties) out['additionalProperties'] = false;
  return out;
}
