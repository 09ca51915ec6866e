import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { nameOf, namespaceOf, uidOf } from '../kubelet-context';
import type { VolumeContext } from './volume-plugin';

interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Tokens by pod, audience and lifetime. Lost with the process: a restarted kubelet asks for new ones. */
const tokens = new WeakMap<object, Map<string, Token>>();

const DAY = 24 * 60 * 60 * 1000;

/** A token of the pod's service account, bound to the pod; the same until it is time for a new one. */
export async function serviceAccountToken(source: DeepReadonly<core.ServiceAccountTokenProjection>, context: VolumeContext): Promise<string> {
  const { client, clock, pod } = context;
  const cache = tokens.get(client) ?? new Map<string, Token>();
  tokens.set(client, cache);
  const key = keyOf(source, context);
  const known = cache.get(key);
  if (known && clock.now() < refreshTime(known)) return known.value;

  const expirationSeconds = source.expirationSeconds ?? 3600;
  const issuedAt = clock.now();
  const { status } = await client.createSubresource<{ status?: { token?: string; expirationTimestamp?: string } }>(
    'ServiceAccount', { namespace: namespaceOf(pod), name: pod.spec.serviceAccountName ?? 'default' }, 'token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: source.audience ? [source.audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: nameOf(pod), uid: uidOf(pod) },
      },
    },
  );
  if (!status?.token) throw new Error(`failed to fetch token: the API server gave none for service account ${namespaceOf(pod)}/${pod.spec.serviceAccountName ?? 'default'}`);
  const expiresAt = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : issuedAt + expirationSeconds * 1000;
  cache.set(key, { value: status.token, issuedAt, expiresAt });
  return status.token;
}

export function tokenRefreshTime(source: DeepReadonly<core.ServiceAccountTokenProjection>, context: VolumeContext): number | undefined {
  const known = tokens.get(context.client)?.get(keyOf(source, context));
  return known && refreshTime(known);
}

/** Forgets what a pod that is gone had. */
export function forgetTokens(client: object, podUid: string): void {
  const cache = tokens.get(client);
  for (const key of cache?.keys() ?? []) if (key.startsWith(`${podUid}/`)) cache?.delete(key);
}

/** After 80 % of its life, and after a day at most. */
const refreshTime = ({ issuedAt, expiresAt }: Token) => Math.min(issuedAt + (expiresAt - issuedAt) * 0.8, issuedAt + DAY);

const keyOf = ({ audience = '', expirationSeconds = 3600 }: DeepReadonly<core.ServiceAccountTokenProjection>, { pod }: VolumeContext) =>
  `${uidOf(pod)}/${audience}/${expirationSeconds}`;
