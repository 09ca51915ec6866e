import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpGetAction {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly timeoutMilliseconds: number;
  readonly userAgent: string;
}

const MAXIMUM_BODY = 10 * 1024;
const MAXIMUM_REDIRECTS = 10;

/** One GET as a probe or a hook sends it: certificates are not verified, redirects are followed on the same host only. Rejects without an answer. */
export async function httpGet(action: HttpGetAction): Promise<{ readonly status: number; readonly body: string }> {
  const deadline = AbortSignal.timeout(action.timeoutMilliseconds);
  let url = new URL(`${action.scheme.toLowerCase()}://${action.host.includes(':') ? `[${action.host}]` : action.host}:${action.port}${action.path.startsWith('/') ? '' : '/'}${action.path}`);
  for (let redirects = 0; ; redirects++) {
    const { status, body, location } = await get(url, action, deadline);
    if (status < 300 || status >= 400 || !location || redirects === MAXIMUM_REDIRECTS) return { status, body };
    const next = new URL(location, url);
    if (next.hostname !== url.hostname) return { status, body };
    url = next;
  }
}

function get(url: URL, { headers, userAgent }: HttpGetAction, signal: AbortSignal): Promise<{ status: number; body: string; location?: string }> {
  const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  const lower = new Set(headers.map(({ name }) => name.toLowerCase()));
  const defaults = { ...(!lower.has('user-agent') && { 'User-Agent': userAgent }), ...(!lower.has('accept') && { Accept: '*/*' }) };
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(signal.aborted
      ? new Error(`Get "${url.href}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, { cause: error })
      : new Error(`Get "${url.href}": ${describe(error, url)}`, { cause: error }));
    const options = { headers: { ...defaults, ...given, Connection: 'close' }, agent: false as const, signal, rejectUnauthorized: false };
    const request = (url.protocol === 'https:' ? https : http).get(url, options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => { if (body.length < MAXIMUM_BODY) body += chunk.toString('utf8'); });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }));
      response.on('error', failed);
    });
    request.on('error', failed);
  });
}

function describe(error: Error & { code?: string }, url: URL): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return error.code === 'ECONNREFUSED' ? `dial tcp ${url.hostname}:${port}: connect: connection refused` : error.message;
}
