import type { ApiRequest } from '../../api/request';
import { StatusError } from '../../api/status-error';
import { answered } from '../../client/answered';
import type { Client } from '../../client/client';

const OLDEST_MINOR = 27;

/** Rejects, and says what to do, when there is no API server that our kubelet can be a node of. */
export async function checkServer(client: Client, server: string): Promise<void> {
  const call: ApiRequest = { method: 'GET', path: '/version' };
  const version = answered(await client.transport(call), call).body as { readonly major?: string; readonly minor?: string; readonly gitVersion?: string };
  refuseOldVersion(version, server);
}

/** Throws for a server that is older than what is supported. Pure. */
export function refuseOldVersion({ major = '', minor = '', gitVersion = `v${major}.${minor}` }: { readonly major?: string; readonly minor?: string; readonly gitVersion?: string }, server: string): void {
  if (Number(major) === 1 && Number.parseInt(minor, 10) >= OLDEST_MINOR) return;
  throw new Error(`${server} is Kubernetes ${gitVersion}; a node can join version 1.${OLDEST_MINOR} and newer`);
}

/** The credentials of the kubeconfig are not accepted: said in its own words. */
export function explainUnauthorized(error: unknown, server: string): unknown {
  if (!(error instanceof StatusError) || error.code !== 401) return error;
  return new Error(`${server} does not accept the credentials of the kubeconfig (Unauthorized); the token or certificate has expired, or is of another cluster`, { cause: error });
}
