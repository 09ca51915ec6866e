import { NODE_SERVICES_GROUP } from '../../api/node-services-group';
import type { PolicyRule } from '../../api/types';

const READ = ['get', 'list', 'watch'];

const rules: PolicyRule[] = [
  { apiGroups: [''], resources: ['services', 'endpoints', 'pods', 'namespaces', 'nodes', 'configmaps', 'secrets'], verbs: READ }, // Secrets: the certificates of Ingresses
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses', 'networkpolicies'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update', 'patch'] },
  { apiGroups: [''], resources: ['persistentvolumes'], verbs: [...READ, 'update', 'patch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
];

/** What the services of a node on another host may do. */
export const nodeServicesRights = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: NODE_SERVICES_GROUP }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: NODE_SERVICES_GROUP },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NODE_SERVICES_GROUP },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: NODE_SERVICES_GROUP }],
  },
];
