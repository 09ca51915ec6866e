import type { AnyObject } from './any-object';
import type { Stored } from './object-storage';

const WRITTEN = ['apiVersion', 'kind', 'metadata', 'status'];

export interface StatusWrite {
  readonly written: Record<string, unknown>;
  readonly complete: (decoded: AnyObject) => AnyObject;
}

/**
 * A write of the status changes nothing else, so the rest need not be read and checked again: most writes of a cluster are of this kind.
 * Gives what there is to read, and what puts the rest of the stored object back; undefined when the value differs from the stored object elsewhere too.
 */
export function trySplitStatusWrite(value: Readonly<Record<string, unknown>>, current: Stored): StatusWrite | undefined {
  const stored = current as unknown as Readonly<Record<string, unknown>>;
  const kept = Object.keys(stored).filter((field) => !WRITTEN.includes(field));
  if (kept.some((field) => field in value && value[field] !== stored[field])) return undefined;
  const written = Object.fromEntries(Object.entries(value).filter(([field]) => !kept.includes(field)));
  return {
    written,
    complete(decoded) {
      const { apiVersion, kind, metadata } = decoded;
      const rest = Object.fromEntries(Object.entries(decoded).filter(([field]) => !kept.includes(field)));
      return { kind, apiVersion, metadata, ...Object.fromEntries(kept.map((field) => [field, stored[field]])), ...rest } as AnyObject;
    },
  };
}
