import type { ApiResponse } from '../../api/request';
import type { TokenVerifier } from './service-account-tokens';

/** What other systems need to check our service account tokens: who issues them, and the keys. undefined for other paths. */
export async function tryIssuerDocument({ issuer, keySet }: Pick<TokenVerifier, 'issuer' | 'keySet'>, path: string): Promise<ApiResponse | undefined> {
  if (!issuer || !keySet) return undefined;
  if (path === '/openid/v1/jwks') return { status: 200, headers: { 'content-type': 'application/jwk-set+json' }, body: JSON.stringify(await keySet()) };
  if (path !== '/.well-known/openid-configuration') return undefined;
  const { keys } = await keySet();
  return {
    status: 200,
    body: {
      issuer, jwks_uri: `${issuer}/openid/v1/jwks`, response_types_supported: ['id_token'], subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(keys.flatMap(({ alg }) => alg ?? []))],
    },
  };
}
