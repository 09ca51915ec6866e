import fs from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually';
import type { Kubectl } from './kubectl';

/** Of the cluster that kubectl is pointed at. */
export interface ClusterEntry {
  readonly 'server': string;
  readonly 'certificate-authority-data'?: string;
}

export async function clusterOf(kubectl: Kubectl): Promise<ClusterEntry> {
  const { clusters } = JSON.parse(await kubectl('config view --raw --minify --flatten -o json')) as { readonly clusters: readonly [{ readonly cluster: ClusterEntry }] };
  return clusters[0].cluster;
}

/** Writes a kubeconfig with one user and gives its path. */
export function writeKubeconfig(folder: string, name: string, { cluster, namespace, user }: { readonly cluster: ClusterEntry; readonly namespace: string; readonly user: object }): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, JSON.stringify({
    'apiVersion': 'v1', 'kind': 'Config', 'current-context': name,
    'clusters': [{ name: 'c', cluster }], 'users': [{ name: 'u', user }], 'contexts': [{ name, context: { cluster: 'c', user: 'u', namespace } }],
  }));
  return file;
}

/** A service account of the namespace with these rights in it, and its token. */
export async function serviceAccount(kubectl: Kubectl, name: string, namespace: string, role: 'edit' | readonly object[]): Promise<string> {
  const metadata = { name, namespace };
  const isBuiltIn = role === 'edit';
  const objects = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...(isBuiltIn ? [] : [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: role }]),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, subjects: [{ kind: 'ServiceAccount', name, namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: isBuiltIn ? 'ClusterRole' : 'Role', name: isBuiltIn ? role : name },
    },
  ];
  await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  // A real API server learns of bindings a moment later. All of the roles may do this.
  await eventually(`the rights of ${name}`, async () => (await kubectl.try(['auth', 'can-i', 'create', 'configmaps', `--as=system:serviceaccount:${namespace}:${name}`])).code === 0);
  return (await kubectl(['create', 'token', name])).trim();
}
