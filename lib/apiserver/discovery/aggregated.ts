import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import type { ApiResponse } from '../../api/request';
import type { ServerContext } from '../call';
import { parseAccept } from '../media-type';
import type { Resource } from '../registry/resource';
import { servedGroupItem, servedGroups } from '../aggregation/discovery-documents';
import { customGroups, versionsOf } from './discovery';

interface GroupList {
  readonly items: readonly object[];
}

let facts: Readonly<Record<string, GroupList>> | undefined;

/** The version of apidiscovery.k8s.io that the Accept header prefers over the plain form, if it does. */
export function aggregatedVersion(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const { type, parameters: { g: group, v: version, as } } of parseAccept(accept ?? '')) {
    if (type !== 'application/json') continue;
    if (!as) return undefined;
    if (group === 'apidiscovery.k8s.io' && as === 'APIGroupDiscoveryList' && (version === 'v2' || version === 'v2beta1')) return version;
  }
  return undefined;
}

/** All groups with all their resources in one answer: what kubectl 1.26 and newer asks first. */
export function aggregated({ resources, aggregation }: ServerContext, path: string, version: 'v2' | 'v2beta1'): ApiResponse {
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/discovery-aggregated.json'), 'utf8')) as Readonly<Record<string, GroupList>>;
  const customs = resources.customs();
  const served = aggregation?.versions() ?? [];
  const items = path === '/api' ? facts[path].items : [
    ...facts[path].items, ...customGroups(customs).map((group) => groupItem(group, customs)), ...servedGroups(served).map((group) => servedGroupItem(group, served)),
  ];
  return {
    status: 200,
    headers: { 'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList` },
    body: { ...facts[path], apiVersion: `apidiscovery.k8s.io/${version}`, items },
  };
}

function groupItem(group: string, customs: readonly Resource[]): object {
  const versions = versionsOf(group, customs).map((version) => ({
    version, resources: customs.filter((resource) => resource.group === group && resource.version === version).map(resourceItem), freshness: 'Current',
  }));
  return { metadata: { name: group, creationTimestamp: null }, versions };
}

function resourceItem({ resource, group, version, kind, namespaced, singular, verbs, shortNames, categories, subresources }: Resource): object {
  const scopeSubresources = [...subresources].map(([name, found]) => ({
    subresource: name, responseKind: { group: found.group ?? group, version: found.version ?? version, kind: found.kind }, verbs: found.verbs,
  }));
  return {
    resource, responseKind: { group, version, kind }, scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: singular, verbs,
    ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }), ...(scopeSubresources.length > 0 && { subresources: scopeSubresources }),
  };
}
