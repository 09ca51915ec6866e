import { trySchemaOf } from '../schema/schema';
import type { Schema } from '../schema/schema-node';
import type { KubeObject } from '../types';

/** An object of a schema: what field sets are computed on. */
export interface TypedObject {
  readonly apiVersion: string;
  readonly object: unknown;
  readonly schema: Schema;
}

/** The object in another version of its kind; undefined if that version is not served. */
export type Convert = (object: KubeObject, apiVersion: string) => KubeObject | undefined;

/** The same object as it looks in another version, for owners who wrote it in that version. Unchanged without a way to convert. */
export function inVersion(typed: TypedObject, apiVersion: string, convert: Convert | undefined): TypedObject {
  if (typed.apiVersion === apiVersion || !convert || typeof typed.object !== 'object' || typed.object === null) return typed;
  const source = typed.object as KubeObject;
  const object = convert({ ...source, apiVersion: typed.apiVersion }, apiVersion);
  const schema = object && (trySchemaOf(apiVersion, source.kind) ?? typed.schema);
  return object && schema ? { apiVersion, object, schema } : typed;
}
