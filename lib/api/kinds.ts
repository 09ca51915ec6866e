import * as fs from 'node:fs';
import { packageFile } from '../base/package-root';
import type * as t from './types';

/** Built-in kinds that code names as text: `client.get('Deployment', …)`. Where two groups share a kind, the usual one is meant (Event is v1). */
export interface KindMap {
  ConfigMap: t.ConfigMap;
  ControllerRevision: t.ControllerRevision;
  ClusterRole: t.ClusterRole;
  ClusterRoleBinding: t.ClusterRoleBinding;
  CronJob: t.CronJob;
  DaemonSet: t.DaemonSet;
  Deployment: t.Deployment;
  Endpoints: t.Endpoints;
  EndpointSlice: t.EndpointSlice;
  Event: t.Event;
  HorizontalPodAutoscaler: t.HorizontalPodAutoscaler;
  Ingress: t.Ingress;
  IngressClass: t.IngressClass;
  Job: t.Job;
  Lease: t.Lease;
  LimitRange: t.LimitRange;
  Namespace: t.Namespace;
  NetworkPolicy: t.NetworkPolicy;
  Node: t.Node;
  PersistentVolume: t.PersistentVolume;
  PersistentVolumeClaim: t.PersistentVolumeClaim;
  Pod: t.Pod;
  PodDisruptionBudget: t.PodDisruptionBudget;
  PriorityClass: t.PriorityClass;
  ReplicaSet: t.ReplicaSet;
  ReplicationController: t.ReplicationController;
  ResourceQuota: t.ResourceQuota;
  Role: t.Role;
  RoleBinding: t.RoleBinding;
  RuntimeClass: t.RuntimeClass;
  Secret: t.Secret;
  Service: t.Service;
  ServiceAccount: t.ServiceAccount;
  StatefulSet: t.StatefulSet;
  StorageClass: t.StorageClass;
}

export type KindName = keyof KindMap;
export type KindOf<K extends KindName> = KindMap[K];

/** Where a kind lives in the API. */
export interface ResourceInfo {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case: the path segment. */
  readonly resource: string;
  readonly namespaced: boolean;
}

interface DiscoveredResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
}

let table: readonly ResourceInfo[] | undefined;

/** Every built-in resource of Kubernetes 1.28 (no subresources), preferred versions first within a group. */
export function builtInResources(): readonly ResourceInfo[] {
  return (table ??= load());
}

function load(): readonly ResourceInfo[] {
  const answers = JSON.parse(fs.readFileSync(packageFile('lib/api/facts/discovery.json'), 'utf8')) as Record<string, { readonly groupVersion?: string; readonly resources?: readonly DiscoveredResource[] }>;
  return Object.values(answers).flatMap(({ groupVersion, resources }) => {
    if (!groupVersion || !resources) return [];
    const { group, version } = splitApiVersion(groupVersion);
    return resources.filter(({ name }) => !name.includes('/')).map(({ name, kind, namespaced }) => ({ group, version, kind, resource: name, namespaced }));
  });
}

export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Whether a text can be an apiVersion: `v1`, `apps/v1`. */
export const isGroupVersion = (text: string) => /^([^/]+\/)?[^/]+$/.test(text);

export const apiVersionOf = ({ group, version }: { readonly group: string; readonly version: string }) => (group ? `${group}/${version}` : version);

let index: ReadonlyMap<string, ResourceInfo> | undefined;

/** The built-in resource of a kind; with `apiVersion`, exactly that one. */
export function tryResourceOf(kind: string, apiVersion?: string): ResourceInfo | undefined {
  index ??= new Map([...builtInResources()].reverse().flatMap((info) => [[`${apiVersionOf(info)} ${info.kind}`, info], [info.kind, info]]));
  return index.get(apiVersion === undefined ? kind : `${apiVersion} ${kind}`);
}

export function resourceOf(kind: string, apiVersion?: string): ResourceInfo {
  const info = tryResourceOf(kind, apiVersion);
  if (!info) throw new Error(`no matches for kind "${kind}"${apiVersion ? ` in version "${apiVersion}"` : ''}`);
  return info;
}

/** Which of a resource's objects. */
export interface ResourcePlace {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `/api/v1/namespaces/shop/pods/web-0/status`. Without a name the collection; without a namespace all namespaces. */
export function resourcePath(info: ResourceInfo, { namespace, name, subresource }: ResourcePlace = {}): string {
  const segments = [
    info.group ? `apis/${info.group}` : 'api', info.version,
    ...(info.namespaced && namespace ? ['namespaces', encodeURIComponent(namespace)] : []),
    info.resource,
    ...(name ? [encodeURIComponent(name)] : []),
    ...(subresource ? [subresource] : []),
  ];
  return `/${segments.join('/')}`;
}
