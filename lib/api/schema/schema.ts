import { tryBuiltInSchema } from './built-in';
import type { Schema } from './schema-node';

export { schemaOfCustomResource } from './custom-resource';
export type { CustomSchema, Field, Schema } from './schema-node';

/** The schema of a built-in kind, undefined for a kind that is not built in. Cached: the same node each time. */
export function trySchemaOf(apiVersion: string, kind: string): Schema | undefined {
  return tryBuiltInSchema(apiVersion, kind);
}
