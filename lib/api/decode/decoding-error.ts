/** Input that does not fit its Go type. The message is upstream's, without the words about the object around it. */
export class DecodingError extends Error {
  constructor(message: string, readonly strict = false) {
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
