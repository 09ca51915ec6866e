/** Input that does not fit its Go type. The message is upstream's, without the words about the object around it. */
export class DecodingError extends Error {
  /** `mismatch`: a value of another type than the schema's was found. */
  constructor(message: string, readonly mismatch?: { readonly found: string; readonly expected: string }) {
    super(message);
    this.name = 'DecodingError';
  }
}

/** As Go's encoding/json names what it found. */
export function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
