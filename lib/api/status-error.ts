import type { meta } from './types';

/** One problem of one field; `field` is a path as the API server writes it: `spec.ports[0].port`. */
export interface FieldError {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueDuplicate' | 'FieldValueNotSupported' | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany' | 'FieldValueNotFound' | 'FieldValueTypeInvalid' | 'InternalError';
  readonly field: string;
  /** Without the field: `Invalid value: 0: must be between 1 and 65535, inclusive`. */
  readonly message: string;
}

/** What a resource is called in messages: `pods`, `deployments.apps`. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
}

/**
 * A refusal in Kubernetes' own terms: carries the Status object that goes over the wire. Thrown by the API server and by
 * clients alike, so code on both sides tests it with the same predicates.
 * Texts follow k8s.io/apimachinery/pkg/api/errors of 1.28.
 */
export class StatusError extends Error {
  constructor(readonly status: meta.Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? 'unknown', options);
    this.name = 'StatusError';
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

export function newStatus(code: number, reason: string, message: string, details?: meta.StatusDetails): meta.Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason && { reason }), ...(details && { details }), code };
}

export const qualified = ({ group, resource }: ResourceName) => (group ? `${resource}.${group}` : resource);

/** `details` leaves out what is empty, as the real server does. */
function details({ group, resource }: ResourceName, name: string, more: Partial<meta.StatusDetails> = {}): meta.StatusDetails {
  return { ...(name && { name }), ...(group && { group }), ...(resource && { kind: resource }), ...more };
}

export function notFound(resource: ResourceName, name: string): StatusError {
  return new StatusError(newStatus(404, 'NotFound', `${qualified(resource)} "${name}" not found`, details(resource, name)));
}

export function alreadyExists(resource: ResourceName, name: string): StatusError {
  return new StatusError(newStatus(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, details(resource, name)));
}

export function conflict(resource: ResourceName, name: string, why = 'the object has been modified; please apply your changes to the latest version and try again'): StatusError {
  return new StatusError(newStatus(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, details(resource, name)));
}

export function forbidden(resource: ResourceName, name: string, why: string): StatusError {
  const subject = name ? `${qualified(resource)} "${name}"` : qualified(resource);
  return new StatusError(newStatus(403, 'Forbidden', `${subject} is forbidden: ${why}`, details(resource, name)));
}

/** `kind` is the kind with its group: `Deployment.apps`, `Pod`. */
export function invalid(kind: { readonly group: string; readonly kind: string }, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  // Events of both groups are one kind inside the API server, the core one.
  const group = kind.kind === 'Event' && kind.group === 'events.k8s.io' ? '' : kind.group;
  const subject = group ? `${kind.kind}.${group}` : kind.kind;
  return new StatusError(newStatus(422, 'Invalid', `${subject} "${name}" is invalid: ${text}`, {
    ...(name && { name }), ...(group && { group }), ...(kind.kind && { kind: kind.kind }),
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  }));
}

export function badRequest(message: string): StatusError {
  return new StatusError(newStatus(400, 'BadRequest', message));
}

export function expired(message: string): StatusError {
  return new StatusError(newStatus(410, 'Expired', message));
}

export function unauthorized(): StatusError {
  return new StatusError(newStatus(401, 'Unauthorized', 'Unauthorized'));
}

export function internalError(error: unknown): StatusError {
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(newStatus(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }), { cause: error });
}

const hasReason = (reason: string) => (error: unknown): error is StatusError => error instanceof StatusError && error.reason === reason;

export const isNotFound = hasReason('NotFound');
export const isAlreadyExists = hasReason('AlreadyExists');
export const isConflict = hasReason('Conflict');
export const isForbidden = hasReason('Forbidden');
export const isInvalid = hasReason('Invalid');
/** Also the older reason `Gone`: a watch or a continue token from before the compaction. */
export const isExpired = (error: unknown): error is StatusError => error instanceof StatusError && (error.reason === 'Expired' || error.reason === 'Gone');
