import type { ApiRequest } from '../api/request';

/** What a request asks for, as far as its method, path and query say: the attributes of authorization and of routing. */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the HTTP verb in lower case. */
  readonly verb: string;
  /** As it came, without the query. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** Segments from the resource on: `['pods', 'web-0', 'log']`. */
  readonly parts: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const NAMESPACE_SUBRESOURCES = ['status', 'finalize'];

/** Follows RequestInfoFactory of k8s.io/apiserver 1.28. Never throws. */
export function parseRequest({ method, path, query }: Pick<ApiRequest, 'method' | 'path' | 'query'>): RequestInfo {
  const nonResource = { isResourceRequest: false, verb: method.toLowerCase(), path, group: '', version: '', namespace: '', resource: '', subresource: '', name: '', parts: [] };
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decode);
  const [prefix] = segments;
  const rest = prefix === 'api' ? segments.slice(1) : prefix === 'apis' ? segments.slice(2) : [];
  if (segments.length < 3 || rest.length < 2) return nonResource;

  const group = prefix === 'apis' ? segments[1] : '';
  const [version, ...tail] = rest;
  let verb = VERBS[method] ?? '';
  let parts = tail;
  if (parts[0] === 'watch' && parts.length > 1) {
    verb = 'watch';
    parts = parts.slice(1);
  }
  const { namespace, remaining } = splitNamespace(parts);
  const [resource = '', name = '', subresource = ''] = remaining;
  if (name === '' && verb === 'get') verb = isWatch(query) ? 'watch' : 'list';
  if (name === '' && verb === 'delete') verb = 'deletecollection';
  const selected = (verb === 'list' || verb === 'watch' || verb === 'deletecollection') && name === '' ? nameInSelector(query?.get('fieldSelector')) : name;
  return { isResourceRequest: true, verb, path, group, version, namespace, resource, subresource, name: selected, parts: remaining };
}

function splitNamespace(parts: readonly string[]): { readonly namespace: string; readonly remaining: readonly string[] } {
  if (parts[0] !== 'namespaces' || parts.length < 2) return { namespace: '', remaining: parts };
  const inside = parts.length > 2 && !NAMESPACE_SUBRESOURCES.includes(parts[2]);
  return { namespace: parts[1], remaining: inside ? parts.slice(2) : parts };
}

/** As Go converts query values to bool: anything but these is true. */
export function isTrue(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && !['', 'false', '0'].includes(value.toLowerCase()) ? true : value === '';
}

const isWatch = (query: URLSearchParams | undefined) => query !== undefined && query.has('watch') && isTrue(query.get('watch'));

function nameInSelector(selector: string | null | undefined): string {
  return /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(selector ?? '')?.[1] ?? '';
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
