import { DecodingError } from '../api/decode/decoding-error';
import { parseJson } from '../api/decode/json-scanner';
import { decodeValue } from '../api/decode/values';
import { trySchemaOf } from '../api/schema/schema';
import { badRequest, type FieldError } from '../api/status-error';
import { bodyValue } from './body';
import type { Call } from './call';
import { badValue, invalidOptions } from './http-errors';
import { dryRunErrors } from './query-options';
import { isTrue } from './request-info';

export type Propagation = 'Orphan' | 'Background' | 'Foreground';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: Propagation;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** From the body, or from the query when there is none. Throws 400 and 422. */
export function parseDeleteOptions(call: Call): DeleteOptions {
  const body = bodyValue(call.request);
  const options = body === undefined || body === '' || (body instanceof Uint8Array && body.byteLength === 0) ? fromQuery(call.query) : fromBody(body);
  const errors = optionErrors(options);
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  return options;
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^[+-]?\d+$/.test(grace)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') as Propagation }),
    ...(query.has('orphanDependents') && { orphanDependents: isTrue(query.get('orphanDependents')) }),
    ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
  };
}

function fromBody(body: unknown): DeleteOptions {
  try {
    const value = typeof body === 'string' || body instanceof Uint8Array ? parseJson(Buffer.from(body as Uint8Array).toString()) : body;
    const { kind = 'DeleteOptions', apiVersion = 'v1' } = (value ?? {}) as { kind?: string; apiVersion?: string };
    if (kind !== 'DeleteOptions') throw badValue(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:100"`);
    const schema = trySchemaOf('v1', 'DeleteOptions');
    return (schema ? decodeValue(value ?? {}, schema).value : value) as DeleteOptions;
  } catch (error) {
    if (error instanceof DecodingError) throw badValue(/^json: /.test(error.message) ? error.message : `couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

function optionErrors({ propagationPolicy, orphanDependents, dryRun = [] }: DeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (propagationPolicy && orphanDependents !== undefined) {
    errors.push({ reason: 'FieldValueInvalid', field: 'propagationPolicy', message: `Invalid value: ${JSON.stringify(propagationPolicy)}: orphanDependents and deletionPropagation cannot be both set` });
  }
  if (propagationPolicy && !['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) {
    errors.push({ reason: 'FieldValueNotSupported', field: 'propagationPolicy', message: `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"` });
  }
  return [...errors, ...dryRunErrors(dryRun)];
}
