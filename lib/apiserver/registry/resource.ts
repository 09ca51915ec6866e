import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import { splitApiVersion, type ResourceInfo } from '../../api/kinds';
import type { Schema } from '../../api/schema/schema';
import type { Strategy } from './strategy';
import { strategyFor } from './index';

/** A resource that is served, built in or defined by a CustomResourceDefinition. */
export interface Resource extends ResourceInfo {
  readonly singular: string;
  readonly listKind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** `status`, `scale`, … with the verbs each answers. */
  readonly subresources: ReadonlyMap<string, Subresource>;
  readonly strategy: Strategy;
  /** Set for custom resources: their OpenAPI v3 schema and what the definition says besides. */
  readonly custom?: CustomResource;
}

export interface Subresource {
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

export interface CustomResource {
  /** Name of the CustomResourceDefinition. */
  readonly definition: string;
  readonly schema: Schema;
  readonly storageVersion: string;
  readonly storageSchema: Schema;
  readonly storageVersionHash: string;
  /** No status subresource: the status counts as part of what is asked for. */
  readonly wholeObject: boolean;
  readonly columns: readonly PrinterColumn[];
  readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string };
  /** Sent with every answer of a deprecated version. */
  readonly warning?: string;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** A resource as discovery lists it. */
export interface DiscoveredResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** Every built-in resource with its subresources, as the recorded discovery of Kubernetes 1.28 has them. */
export function loadBuiltInResources(): readonly Resource[] {
  const answers = JSON.parse(fs.readFileSync(packageFile('lib/api/facts/discovery.json'), 'utf8')) as Record<string, { readonly groupVersion?: string; readonly resources?: readonly DiscoveredResource[] }>;
  return Object.values(answers).flatMap(({ groupVersion, resources = [] }) => {
    if (!groupVersion) return [];
    const { group, version } = splitApiVersion(groupVersion);
    return resources.filter(({ name }) => !name.includes('/')).map((found): Resource => ({
      group,
      version,
      kind: found.kind,
      resource: found.name,
      singular: found.singularName,
      listKind: `${found.kind}List`,
      namespaced: found.namespaced,
      verbs: found.verbs,
      shortNames: found.shortNames ?? [],
      categories: found.categories ?? [],
      subresources: subresourcesOf(found.name, resources),
      strategy: strategyFor(group, found.name),
    }));
  });
}

function subresourcesOf(resource: string, all: readonly DiscoveredResource[]): ReadonlyMap<string, Subresource> {
  return new Map(all.filter(({ name }) => name.startsWith(`${resource}/`)).map(({ name, kind, group, version, verbs }) => [name.slice(resource.length + 1), { kind, group, version, verbs }]));
}

/** Where the objects of a resource are kept: versions of one group share the place. */
export function storagePrefix({ group, resource }: { readonly group: string; readonly resource: string }, namespace = ''): string {
  const place = group === 'events.k8s.io' && resource === 'events' ? 'events' : group ? `${group}/${resource}` : resource;
  return `/registry/${place}/${namespace ? `${namespace}/` : ''}`;
}

export function storageKey(resource: ResourceInfo, namespace: string, name: string): string {
  return storagePrefix(resource, resource.namespaced ? namespace : '') + name;
}
