import { decodeFields } from '../decode';
import type { DecodedObject, FieldValidation } from '../decode';
import { DecodingError } from '../decode/decoding-error';
import { strictErrors } from '../decode/json-scanner';
import type { Schema } from '../schema/schema-node';
import { invalid } from '../status-error';
import type { StatusError } from '../status-error';
import { goJson, goText } from './json-object';

export interface DecodePatchedOptions {
  readonly type: 'json' | 'merge' | 'strategic';
  /** The patch as it was sent: text, or a JSON value. */
  readonly patch: unknown;
  readonly schema: Schema;
  readonly fieldValidation: FieldValidation;
}

/** The object that a patch leaves, decoded as a body would be. Throws 422 about the field `patch`, as upstream does. */
export function decodePatched(patched: unknown, options: DecodePatchedOptions): DecodedObject {
  const { type, patch, schema, fieldValidation } = options;
  try {
    const { object, problems } = decodeFields(patched, schema, { fieldValidation });
    const text = fieldValidation === 'Ignore' || type === 'strategic' ? undefined : textOf(patch);
    const duplicates = text === undefined ? [] : strictErrors(text);
    const warnings = [...duplicates, ...problems];
    if (fieldValidation === 'Strict' && warnings.length > 0) throw new DecodingError(`strict decoding error: ${warnings.join(', ')}`);
    return { object, warnings };
  } catch (error) {
    if (error instanceof DecodingError) throw refused(patched, error, options);
    throw error;
  }
}

const textOf = (patch: unknown) => (typeof patch === 'string' ? patch : patch instanceof Uint8Array ? Buffer.from(patch).toString() : undefined);

function refused(patched: unknown, error: DecodingError, { type, patch }: DecodePatchedOptions): StatusError {
  const text = textOf(patch);
  const shown = type === 'strategic' ? goText(text === undefined ? patch : JSON.parse(text)) : goJson(patched);
  const why = type === 'strategic' ? restoring(error) : error.message;
  return invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', message: `Invalid value: ${JSON.stringify(shown)}: ${why}` }]);
}

/** The strategic patch goes through a converter of its own, with words of its own. */
function restoring({ message, mismatch }: DecodingError): string {
  if (!mismatch) return message;
  const { found, expected } = mismatch;
  const from = found === 'array' ? 'slice' : found === 'object' ? 'map' : found === 'number' ? 'int64' : found;
  if (expected === 'list') return `cannot restore slice from ${from}`;
  if (expected === 'map') return `cannot restore map from ${from}`;
  return expected === 'object' ? `cannot restore struct from: ${from}` : `cannot convert ${from} to ${expected === 'boolean' ? 'bool' : expected}`;
}
