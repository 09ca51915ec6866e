import { invalid, newStatus, qualified, StatusError, type FieldError, type ResourceName } from '../api/status-error';

/** Refusals that concern HTTP rather than an object. Texts follow k8s.io/apiserver 1.28. */

export const unknownResource = () => new StatusError(newStatus(404, 'NotFound', 'the server could not find the requested resource', {}));

export const methodNotAllowed = () => new StatusError(newStatus(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}));

export const notWatchable = ({ group, resource }: ResourceName) => new StatusError(newStatus(405, 'MethodNotAllowed', `watch is not supported on resources of kind "${qualified({ group, resource })}"`, { ...(group && { group }), kind: resource }));

/** A path that no part of the server knows, answered as text. */
export const PAGE_NOT_FOUND = { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };

export const FORMATS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const STREAMS = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];

/** No type of the Accept header exists here. */
export function notAcceptable(watchable: boolean): StatusError {
  const types = [...FORMATS, ...(watchable ? STREAMS : [])].join(', ');
  return new StatusError(newStatus(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${types}`, {}));
}

/** The type exists, but not with these parameters. */
export const notConvertible = (message = `only the following media types are accepted: ${FORMATS.join(', ')}`) => new StatusError(newStatus(406, 'NotAcceptable', message));

export function unsupportedMediaType(types: readonly string[] = FORMATS): StatusError {
  return new StatusError(newStatus(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`));
}

/** Query parameters that are refused: ListOptions, CreateOptions, … of meta.k8s.io. */
export const invalidOptions = (kind: string, errors: readonly FieldError[]) => invalid({ group: 'meta.k8s.io', kind }, '', errors);

/** A reader asks for what is not there yet. */
export function tooLargeVersion(wanted: number, current: number): StatusError {
  return new StatusError(newStatus(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1,
  }));
}

/** Upstream answers these with 500 and no reason; a 4xx says whose mistake it is. */
export const badValue = (message: string) => new StatusError(newStatus(400, '', message));
