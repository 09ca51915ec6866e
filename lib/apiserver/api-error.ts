import { internalError, newStatus, StatusError } from '../api/status-error';
import type { ApiResponse } from '../api/request';
import { StoreError } from '../store/backend';

/** The one place where what a handler threw becomes an answer. Anything but a refusal is a 500; the caller logs those. */
export function errorResponse(error: unknown): ApiResponse {
  const { status, code } = toStatusError(error);
  const retryAfter = status.details?.retryAfterSeconds;
  return { status: code, headers: retryAfter ? { 'retry-after': String(retryAfter) } : {}, body: status };
}

export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof StoreError && error.reason === 'Closed') return new StatusError(newStatus(503, 'ServiceUnavailable', 'the server is shutting down'));
  return internalError(error);
}
