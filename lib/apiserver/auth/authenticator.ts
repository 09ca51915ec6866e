import type { PeerCertificate } from 'node:tls';
import type { UserInfo } from '../../api/request';
import { unauthorized } from '../../api/status-error';
import type { TokenVerifier } from './service-account-tokens';

/** What a connection and its headers show. */
export interface Credentials {
  /** Verified against the cluster's authority already; absent when the client showed none. */
  readonly certificate?: PeerCertificate;
  /** The Authorization header. */
  readonly authorization?: string;
}

const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Who is asking: by client certificate (CN and O), else by bearer token, else nobody. Throws Unauthorized for a token that is not good. */
export async function authenticate({ certificate, authorization = '' }: Credentials, tokens: TokenVerifier): Promise<UserInfo> {
  const subject = certificate?.subject;
  if (subject?.CN) return withAuthenticated({ username: String(subject.CN), groups: organizations(subject.O) });
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!token) return ANONYMOUS;
  const user = await tokens.tryVerify(token);
  if (!user) throw unauthorized();
  return withAuthenticated(user);
}

/** Several organizations come as a list, one as a text. */
function organizations(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function withAuthenticated(user: UserInfo): UserInfo {
  return { ...user, groups: [...new Set([...user.groups, 'system:authenticated'])] };
}
