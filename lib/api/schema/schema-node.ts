/** What a value may be. `object` has named fields, `map` free keys; `any` is free-form JSON. */
export type SchemaType =
  | 'object' | 'map' | 'list' | 'string' | 'boolean' | 'int32' | 'int64' | 'number'
  | 'bytes' | 'time' | 'micro-time' | 'quantity' | 'int-or-string' | 'any';

export type ListType = 'atomic' | 'set' | 'map';

/**
 * The structure of a value: of a built-in kind, resolved lazily, or of a custom resource. One node is shared by every place of
 * the same type, so caches may be keyed by it. Immutable.
 */
export interface Schema {
  readonly type: SchemaType;
  /** As Go prints the type in decoding errors: `v1.PodSpec`, `[]v1.Container`, `int32`. */
  readonly goType: string;
  /** Named fields in the order the server writes them; empty unless `type` is `object`. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Of list elements, map values, and undeclared keys of an object that allows them. */
  readonly element: Schema | undefined;
  /** How server-side apply merges a list; `atomic` for everything else. */
  readonly listType: ListType;
  /** Keys of a list of type `map`. */
  readonly mapKeys: readonly string[];
  /** A map or object that server-side apply owns and replaces as a whole. */
  readonly atomic: boolean;
  /** Undeclared fields are kept (custom resources: x-kubernetes-preserve-unknown-fields). */
  readonly preservesUnknown: boolean;
  /** The custom resource schema this node was made from. */
  readonly source: CustomSchema | undefined;
}

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** Absence is kept apart from the zero value. */
  readonly pointer: boolean;
  /** An empty value is not written. */
  readonly omitEmpty: boolean;
  readonly default: unknown;
  /** Of strategic merge patches: merge, replace, retainKeys. */
  readonly patchStrategies: readonly string[];
  readonly patchMergeKey: string | undefined;
}

/** apiextensions.k8s.io/v1 JSONSchemaProps, the parts that are read. */
export interface CustomSchema {
  readonly 'type'?: string;
  readonly 'format'?: string;
  readonly 'properties'?: Readonly<Record<string, CustomSchema>>;
  readonly 'additionalProperties'?: CustomSchema | boolean;
  readonly 'items'?: CustomSchema;
  readonly 'required'?: readonly string[];
  readonly 'default'?: unknown;
  readonly 'nullable'?: boolean;
  readonly 'enum'?: readonly unknown[];
  readonly 'minimum'?: number;
  readonly 'maximum'?: number;
  readonly 'exclusiveMinimum'?: boolean;
  readonly 'exclusiveMaximum'?: boolean;
  readonly 'multipleOf'?: number;
  readonly 'minLength'?: number;
  readonly 'maxLength'?: number;
  readonly 'pattern'?: string;
  readonly 'minItems'?: number;
  readonly 'maxItems'?: number;
  readonly 'uniqueItems'?: boolean;
  readonly 'minProperties'?: number;
  readonly 'maxProperties'?: number;
  readonly 'allOf'?: readonly CustomSchema[];
  readonly 'anyOf'?: readonly CustomSchema[];
  readonly 'oneOf'?: readonly CustomSchema[];
  readonly 'not'?: CustomSchema;
  readonly '$ref'?: string;
  readonly 'title'?: string;
  readonly 'description'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string; readonly messageExpression?: string; readonly reason?: string; readonly fieldPath?: string }[];
}

export const NO_FIELDS: ReadonlyMap<string, Field> = new Map();
export const NO_KEYS: readonly string[] = [];

/** Free-form JSON: lists are atomic, objects merge by key. */
export const ANY: Schema = {
  type: 'any', goType: 'interface {}', fields: NO_FIELDS, element: undefined, listType: 'atomic', mapKeys: NO_KEYS, atomic: false, preservesUnknown: true, source: undefined,
};

/** A node without structure of its own. */
export function scalar(type: SchemaType, goType: string): Schema {
  return { ...ANY, type, goType, preservesUnknown: false };
}
