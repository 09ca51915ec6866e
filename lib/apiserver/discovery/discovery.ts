import * as fs from 'node:fs';
import { apiVersionOf } from '../../api/kinds';
import { packageFile } from '../../base/package-root';
import type { ApiRequest, ApiResponse } from '../../api/request';
import type { ServerContext } from '../call';
import { servedGroupDocument, servedGroups } from '../aggregation/discovery-documents';
import { methodNotAllowed, notConvertible, PAGE_NOT_FOUND, unknownResource } from '../http-errors';
import { negotiate } from '../media-type';
import type { Resource } from '../registry/resource';
import { aggregated, aggregatedVersion } from './aggregated';
import { compareVersions } from './version-order';

let facts: Readonly<Record<string, object>> | undefined;

/** What groups, versions and resources there are. undefined: a path that is not discovery's. */
export function discovery(server: ServerContext, request: ApiRequest, path: string): ApiResponse | undefined {
  const at = path.replace(/\/$/, '');
  if (!/^\/apis?(\/|$)/.test(at)) return undefined;
  const version = aggregatedVersion(request.headers?.accept);
  if ((at === '/api' || at === '/apis') && version) return aggregated(server, at, version);
  if (negotiate(request.headers?.accept, { watchable: false }).as !== 'plain') throw notConvertible();
  const [, prefix, ...rest] = at.split('/');
  const isResourceList = prefix === 'api' ? rest.length === 1 : rest.length === 2;
  if (isResourceList && request.method !== 'GET') throw methodNotAllowed();
  const body = document(server, request, at);
  return body ? { status: 200, body } : missing(server, prefix, rest);
}

function document(server: ServerContext, request: ApiRequest, path: string): object | undefined {
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/discovery.json'), 'utf8')) as Readonly<Record<string, object>>;
  const customs = server.resources.customs();
  const known = facts[path] as { groups?: readonly object[]; resources?: readonly { name: string }[] } | undefined;
  if (path === '/api') return { ...known, serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: request.headers?.host ?? '127.0.0.1:6443' }] };
  const served = server.aggregation?.versions() ?? [];
  if (path === '/apis') {
    const others = [...customGroups(customs).map((group) => groupDocument(group, customs)), ...servedGroups(served).map((group) => servedGroupDocument(group, served))];
    return { ...known, groups: [...(known?.groups ?? []), ...others] };
  }
  if (known) return known;
  const [, , group, version] = path.split('/');
  if (version === undefined && servedGroups(served).includes(group)) return { kind: 'APIGroup', apiVersion: 'v1', ...servedGroupDocument(group, served) };
  const list = served.find((found) => found.group === group && found.version === version)?.resources;
  if (list) return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources: list };
  if (version === undefined) return customGroups(customs).includes(group) ? { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group, customs) } : undefined;
  const resources = customs.filter((resource) => resource.group === group && resource.version === version);
  if (resources.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${group}/${version}`, resources: resources.flatMap(resourceDocuments) };
}

export const customGroups = (customs: readonly Resource[]): readonly string[] => [...new Set(customs.map(({ group }) => group))].sort();

/** Versions of a group, preferred first. */
export function versionsOf(group: string, customs: readonly Resource[]): readonly string[] {
  const versions = customs.filter((resource) => resource.group === group).map(({ version }) => version);
  return [...new Set(versions)].sort(compareVersions);
}

function groupDocument(group: string, customs: readonly Resource[]): object {
  const versions = versionsOf(group, customs).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function resourceDocuments(resource: Resource): object[] {
  const { kind, singular, namespaced, shortNames, categories, verbs, subresources, custom } = resource;
  const own = {
    name: resource.resource, singularName: singular, namespaced, kind, verbs, ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }),
    storageVersionHash: custom?.storageVersionHash,
  };
  return [own, ...[...subresources].map(([name, { kind: subKind, group, version, verbs: subVerbs }]) => ({
    name: `${resource.resource}/${name}`, singularName: '', namespaced, ...(group && apiVersionOf({ group, version: version ?? '' }) !== apiVersionOf(resource) && { group, version }), kind: subKind, verbs: subVerbs,
  }))];
}

function missing({ resources }: ServerContext, prefix: string, [first]: readonly string[]): ApiResponse {
  if (prefix === 'apis' && !resources.hasGroup(first)) return PAGE_NOT_FOUND;
  throw unknownResource();
}
