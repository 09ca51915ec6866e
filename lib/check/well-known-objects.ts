/** Every cluster has them, or its platform adds them. */
const ALWAYS: ReadonlySet<string> = new Set([
  'ServiceAccount/default', 'ConfigMap/kube-root-ca.crt', 'ConfigMap/openshift-service-ca.crt',
  'ClusterRole/admin', 'ClusterRole/edit', 'ClusterRole/view', 'ClusterRole/cluster-admin',
  'Namespace/default', 'Namespace/kube-system', 'Namespace/kube-public', 'Namespace/kube-node-lease',
]);

/** Kinds of which `system:` or `system-` names belong to Kubernetes. */
const SYSTEM: Readonly<Record<string, string>> = { ClusterRole: 'system:', Role: 'system:', PriorityClass: 'system-' };

/** What nobody has to apply. */
export function isAlwaysThere(kind: string, namespace: string | undefined, name: string): boolean {
  if (ALWAYS.has(`${kind}/${name}`)) return true;
  if (Object.hasOwn(SYSTEM, kind) && name.startsWith(SYSTEM[kind])) return true;
  if (kind === 'Service' && name === 'kubernetes') return (namespace ?? 'default') === 'default';
  return namespace === 'kube-system';
}
