import * as fs from 'node:fs';
import * as path from 'node:path';
import { tokenFromFile } from './credentials';
import type { ClusterAccess } from './kubeconfig';

/** Where Kubernetes puts the token of a pod's service account. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster that this process is a pod of, as its service account; undefined when it is none. The token's file is read again as it is replaced. */
export function tryInCluster(environment: Readonly<Record<string, string | undefined>>, folder: string = SERVICE_ACCOUNT_FOLDER): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  const token = path.join(folder, 'token');
  if (!host || !port || !fs.existsSync(token)) return undefined;
  const ca = tryRead(path.join(folder, 'ca.crt'));
  return {
    contextName: 'in-cluster', server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, namespace: tryRead(path.join(folder, 'namespace'))?.trim() || 'default',
    ...(ca && { ca }), credentials: tokenFromFile(token),
  };
}

function tryRead(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
