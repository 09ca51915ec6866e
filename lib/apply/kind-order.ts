/** What others need comes first: an object that refers to another is applied after it. Kinds that are not listed come after these groups and before the workloads. */
const FIRST = [
  'Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass', 'ResourceQuota', 'LimitRange', 'NetworkPolicy', 'ServiceAccount',
  'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim', 'Service',
];
const LAST = ['ReplicationController', 'ReplicaSet', 'StatefulSet', 'Deployment', 'DaemonSet', 'Pod', 'Job', 'CronJob', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'Ingress', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];

function rank(kind: string): number {
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  const last = LAST.indexOf(kind);
  return last >= 0 ? FIRST.length + 1 + last : FIRST.length;
}

/** In the order to apply; delete goes the other way. Keeps the written order within a kind. */
export function sortByKind<T extends { readonly object: { readonly kind: string } }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => rank(a.object.kind) - rank(b.object.kind));
}
