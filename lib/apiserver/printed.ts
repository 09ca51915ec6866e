import { dump } from 'js-yaml';
import type { ApiRequest, ApiResponse } from '../api/request';
import { parseAccept } from './media-type';
import { isTrue } from './request-info';

/** Answers that the caller wants to read: indented JSON, or YAML, as bytes. Everything else passes. */
export function printed(request: ApiRequest, response: ApiResponse): ApiResponse {
  const { body, headers } = response;
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array || headers?.['content-type'] !== undefined) return response;
  const [first] = parseAccept(request.headers?.accept ?? '');
  if (first?.type === 'application/yaml') return { ...response, headers: { ...headers, 'content-type': 'application/yaml' }, body: dump(body, { noRefs: true, lineWidth: -1 }) };
  if (!wantsPretty(request)) return response;
  return { ...response, headers: { ...headers, 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body, null, 2)) };
}

/** Asked for, or a tool that shows answers to people. */
function wantsPretty({ query, headers }: ApiRequest): boolean {
  const asked = query?.get('pretty');
  if (asked !== null && asked !== undefined) return isTrue(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers?.['user-agent'] ?? '');
}
