import { objectMetaSchema } from '../api/schema/built-in';
import type { AnyObject } from './any-object';

let order: readonly string[] | undefined;

/** The object with its type first and its metadata in the order of the Go struct, so that every answer is written as upstream writes it. */
export function canonical({ kind, apiVersion, metadata, ...rest }: AnyObject, resourceVersion?: string): AnyObject {
  order ??= [...objectMetaSchema().fields.keys()];
  const placed = { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) } as Record<string, unknown>;
  const sorted = Object.fromEntries(order.filter((field) => placed[field] !== undefined).map((field) => [field, placed[field]]));
  return { kind, apiVersion, metadata: { ...sorted, ...placed }, ...rest } as AnyObject;
}
