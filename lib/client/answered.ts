import type { ApiRequest, ApiResponse } from '../api/request';
import { newStatus, StatusError } from '../api/status-error';
import type { meta } from '../api/types';

/** The answer itself when the server did what was asked; throws its refusal as a StatusError otherwise. */
export function answered(response: ApiResponse, request: ApiRequest): ApiResponse {
  if (response.status < 400) return response;
  const { body } = response;
  if (isStatus(body)) throw new StatusError(body);
  const text = typeof body === 'string' ? body.trim() : '';
  throw new StatusError(newStatus(response.status, REASONS[response.status] ?? '', text || `the server answered ${response.status} to ${request.method} ${request.path}`));
}

const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 410: 'Expired', 429: 'TooManyRequests', 503: 'ServiceUnavailable' };

export function isStatus(body: unknown): body is meta.Status {
  return typeof body === 'object' && body !== null && (body as { kind?: unknown }).kind === 'Status';
}
