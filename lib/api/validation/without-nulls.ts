/** The value with absent members where it has null ones, as Go reads them; a null in a list is an empty structure. The same value if there is none. */
export function withoutNulls<T>(value: T): T {
  return hasNull(value) ? (strip(value) as T) : value;
}

function hasNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(hasNull));
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => (element === null ? {} : strip(element)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([key, member]) => [key, strip(member)]));
}
