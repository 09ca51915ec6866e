import { decodeObject, type FieldValidation } from '../api/decode';
import { newStatus, StatusError } from '../api/status-error';
import type { ResourceInfo } from '../api/kinds';
import type { ApiRequest } from '../api/request';
import type { Schema } from '../api/schema/schema';
import type { AnyObject } from './any-object';
import type { Call } from './call';
import { decodeProtobuf } from '../api/protobuf/decode-protobuf';
import { FORMATS, unsupportedMediaType } from './http-errors';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Largest body that is read, in bytes. */
export const BODY_LIMIT = 3 * 1024 * 1024;

/** `application/json; charset=utf-8` without its parameters. */
export function mediaType({ headers }: ApiRequest): string {
  const header = headers?.['content-type'] ?? '';
  return /;\s*(;|$)/.test(header) ? header : header.split(';')[0].trim().toLowerCase();
}

/** The body as text or as a JSON value. Throws 413. */
export function checkedBody({ body }: ApiRequest): unknown {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.byteLength : 0;
  if (length > BODY_LIMIT) throw new StatusError(newStatus(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`));
  return body;
}

/** The body as JSON text or value; protobuf is turned into the value it stands for. */
export function bodyValue(request: ApiRequest): unknown {
  const body = checkedBody(request);
  return mediaType(request) === PROTOBUF && body instanceof Uint8Array ? decodeProtobuf(body) : body;
}

/** The object in the request's body: of the resource, or of `kind` for subresources that take another. Warnings go to the call. */
export function readObject(call: Call, fieldValidation: FieldValidation, kind?: { readonly resource: ResourceInfo; readonly schema?: Schema }): AnyObject {
  const type = mediaType(call.request);
  if (type !== '' && !FORMATS.includes(type)) throw unsupportedMediaType();
  const { resource, schema } = kind ?? { resource: call.resource, schema: call.resource.custom?.schema };
  const decoded = decodeObject(bodyValue(call.request) ?? {}, { resource, schema, fieldValidation, yaml: type === 'application/yaml' });
  for (const warning of decoded.warnings) call.warnings.add(warning);
  return decoded.object as AnyObject;
}
