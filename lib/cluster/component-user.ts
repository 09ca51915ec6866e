import type { Transport, UserInfo } from '../api/request';

/**
 * A part of the runtime as the API server sees it. They live in the process that holds the authority's key, so they are trusted as its administrators
 * are; the names say in objects and logs who did what.
 */
export function componentUser(username: string, ...groups: readonly string[]): UserInfo {
  return { username, groups: [...groups, 'system:masters', 'system:authenticated'] };
}

/** A component of this process: its requests need no credentials. */
export const inProcess = (transport: Transport, user: UserInfo) => ({ transport: transportAs(transport, user), user });

/** The transport for one user: everything that is sent through it is asked by them. */
export function transportAs(transport: Transport, user: UserInfo): Transport {
  return (request) => transport({ ...request, user: request.user ?? user });
}
