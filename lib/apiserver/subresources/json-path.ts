/** The value at a dotted path of plain field names. */
export function readPath(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined), object);
}

/** Sets the value at a dotted path, making the objects on the way. Changes `object` in place. */
export function writePath(object: object, path: string, value: unknown): void {
  const fields = path.split('.');
  let at = object as Record<string, unknown>;
  for (const field of fields.slice(0, -1)) at = (at[field] ??= {}) as Record<string, unknown>;
  at[fields[fields.length - 1]] = value;
}
