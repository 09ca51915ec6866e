import type { CustomSchema } from './schema-node';

type JsonObject = Record<string, unknown>;

export interface Pruned {
  /** A copy without the fields that the schema does not specify. */
  readonly object: JsonObject;
  /** Their paths: `spec.deep.c`. */
  readonly pruned: string[];
}

/** Removes what a structural schema does not specify; apiVersion, kind and metadata are always kept. Follows structural pruning of apiextensions. */
export function pruneCustomResource(value: Readonly<JsonObject>, schema: CustomSchema): Pruned {
  const pruned: string[] = [];
  return { object: pruneObject(value, schema, { path: '', root: true, keep: false }, pruned), pruned };
}

interface Place {
  readonly path: string;
  /** An object with its own apiVersion, kind and metadata. */
  readonly root: boolean;
  /** Below x-kubernetes-preserve-unknown-fields. */
  readonly keep: boolean;
}

function pruneValue(value: unknown, schema: CustomSchema | undefined, place: Place, pruned: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => pruneValue(item, schema?.items, { ...place, path: `${place.path}[${index}]`, root: schema?.items?.['x-kubernetes-embedded-resource'] === true }, pruned));
  }
  if (typeof value !== 'object' || value === null) return value;
  return pruneObject(value as JsonObject, schema ?? {}, place, pruned);
}

function pruneObject(value: Readonly<JsonObject>, schema: CustomSchema, { path, root, keep }: Place, pruned: string[]): JsonObject {
  const output: JsonObject = {};
  const keepHere = keep || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const { additionalProperties } = schema;
  for (const [key, item] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const free = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    if (root && (key === 'apiVersion' || key === 'kind' || key === 'metadata')) output[key] = structuredClone(item);
    else if (property ?? free) output[key] = pruneValue(item, property ?? free, { path: at, root: (property ?? free)?.['x-kubernetes-embedded-resource'] === true, keep: false }, pruned);
    else if (keepHere || additionalProperties === true) output[key] = structuredClone(item);
    else pruned.push(at);
  }
  return output;
}
