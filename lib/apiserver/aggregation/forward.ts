import type { ApiRequest, ApiResponse, UserInfo } from '../../api/request';
import type { RequestInfo } from '../request-info';
import type { ApiService } from './api-service';
import { bytesOf, type ServiceCaller } from './service-caller';

/** Of one connection, or about who asks: the API server says that itself. */
const OWN = /^(host|connection|keep-alive|transfer-encoding|upgrade|te|trailer|content-length|accept-encoding|authorization|impersonate-.*|x-remote-.*)$/;
const PASSED_BACK = ['content-type', 'warning', 'location', 'retry-after'];
const UNAVAILABLE = { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } };

/** Hands a request on to the server that an APIService names, and its answer back. */
export async function forward(caller: ServiceCaller, { spec = {} }: ApiService, request: ApiRequest, info: RequestInfo, user: UserInfo): Promise<ApiResponse> {
  const query = request.query?.toString();
  const { body, signal } = request;
  try {
    const { response } = await caller.call(spec.service ?? {}, { caBundle: spec.caBundle, insecure: spec.insecureSkipTLSVerify }, {
      method: request.method, path: query ? `${request.path}?${query}` : request.path, headers: forwardedHeaders(request.headers ?? {}, user), body: bodyOf(body), signal,
    });
    const headers = Object.fromEntries(PASSED_BACK.flatMap((name) => (response.headers[name] === undefined ? [] : [[name, String(response.headers[name])]])));
    const status = response.statusCode ?? 502;
    if (info.verb === 'watch' || request.query?.get('follow') === 'true') return { status, headers, stream: response as AsyncIterable<Uint8Array> };
    const bytes = await bytesOf(response);
    return { status, headers, body: tryJson(bytes, headers['content-type']) ?? bytes };
  } catch (error) {
    return { ...UNAVAILABLE, body: `error trying to reach service: ${error instanceof Error ? error.message : String(error)}\n` };
  }
}

export const unavailable = (): ApiResponse => ({ ...UNAVAILABLE, body: 'service unavailable\n' });

/** Who asks, as request headers that only the API server's certificate makes believable. Pure. */
export function forwardedHeaders(headers: Readonly<Record<string, string>>, { username, groups, extra = {} }: UserInfo): Record<string, string | readonly string[]> {
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name)));
  const extras = Object.entries(extra).map(([name, values]) => [`x-remote-extra-${encodeURIComponent(name.toLowerCase())}`, values] as const);
  return { accept: 'application/json', ...passed, 'x-remote-user': username, ...(groups.length > 0 && { 'x-remote-group': groups }), ...Object.fromEntries(extras) };
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  return body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}

/** Callers in the same process want the object. */
function tryJson(bytes: Buffer, contentType = ''): unknown {
  if (!contentType.startsWith('application/json') || bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
