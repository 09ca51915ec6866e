import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import type { KubeObject, PolicyRule } from '../../api/types';
import { METRICS } from '../metrics/metrics-api';

/** What every cluster has after its first start, in the order it is made: names that others refer to come first. */
const KINDS: readonly (readonly [key: string, kind: string])[] = [
  ['v1/namespaces', 'Namespace'],
  ['rbac.authorization.k8s.io/v1/clusterroles', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1/clusterrolebindings', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io/v1/roles', 'Role'],
  ['rbac.authorization.k8s.io/v1/rolebindings', 'RoleBinding'],
  ['scheduling.k8s.io/v1/priorityclasses', 'PriorityClass'],
  ['apiregistration.k8s.io/v1/apiservices', 'APIService'],
  ['flowcontrol.apiserver.k8s.io/v1beta3/prioritylevelconfigurations', 'PriorityLevelConfiguration'],
  ['flowcontrol.apiserver.k8s.io/v1beta3/flowschemas', 'FlowSchema'],
];

export interface BootstrapObject extends KubeObject {
  rules?: PolicyRule[] | null;
}

/** The recorded objects of Kubernetes 1.28, one group a kind. */
export function bootstrapObjects(): readonly (readonly BootstrapObject[])[] {
  const recorded = JSON.parse(fs.readFileSync(packageFile('lib/api/facts/bootstrap.json'), 'utf8')) as Record<string, readonly Omit<BootstrapObject, 'apiVersion' | 'kind'>[]>;
  return KINDS.map(([key, kind]) => recorded[key].map((object) => ({ apiVersion: key.slice(0, key.lastIndexOf('/')), kind, ...object })));
}

/** metrics.k8s.io, which this server answers itself, and who may read it: what metrics-server brings on other clusters. */
export const METRICS_OBJECTS: readonly BootstrapObject[] = [
  {
    apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1beta1.metrics.k8s.io', labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: METRICS.group, version: METRICS.version, groupPriorityMinimum: METRICS.groupPriority, versionPriority: METRICS.versionPriority },
  } as BootstrapObject,
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole',
    metadata: {
      name: 'system:aggregated-metrics-reader',
      labels: Object.fromEntries(['admin', 'edit', 'view'].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true'])),
    },
    rules: [{ apiGroups: [METRICS.group], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
  },
];

/** What a server behind an APIService reads to know whom the API server lets in, and how it says who asks. Certificates are PEM. */
export function extensionAuthentication({ clientCa, frontProxyCa }: { readonly clientCa: string; readonly frontProxyCa: string }): BootstrapObject {
  return {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: {
      'client-ca-file': clientCa, 'requestheader-client-ca-file': frontProxyCa, 'requestheader-allowed-names': '["front-proxy-client"]', 'requestheader-username-headers': '["X-Remote-User"]',
      'requestheader-group-headers': '["X-Remote-Group"]', 'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    },
  } as BootstrapObject;
}

export interface ServerAddress {
  readonly serviceAddress: string;
  readonly address: string;
  readonly port: number;
}

/** The Service `kubernetes` and what is behind it: the API server as pods reach it. */
export function kubernetesService({ serviceAddress, address, port }: ServerAddress): readonly KubeObject[] {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const service = {
    apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { type: 'ClusterIP', clusterIP: serviceAddress, ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }], sessionAffinity: 'None' },
  };
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, subsets: [{ addresses: [{ ip: address }], ports }] };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4', endpoints: [{ addresses: [address], conditions: { ready: true } }], ports,
  };
  return [service, endpoints, slice];
}
