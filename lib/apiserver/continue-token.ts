import { badRequest } from '../api/status-error';

/** Where the next page of a list begins. Opaque to clients, in upstream's format. */
export interface ContinuePosition {
  /** Revision of the first page; -1: whatever is newest. */
  readonly revision: number;
  /** Key below the collection's prefix, exclusive. */
  readonly after: string;
}

export function encodeContinue({ revision, after }: ContinuePosition): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` })).toString('base64url');
}

export function decodeContinue(token: string): ContinuePosition {
  const refuse = (why: string) => badRequest(`continue key is not valid: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refuse('it is no token of this server');
  }
  const { v: version, rv: revision, start } = (value ?? {}) as { v?: unknown; rv?: unknown; start?: unknown };
  if (version !== 'meta.k8s.io/v1') throw refuse(`server does not recognize this encoded version "${String(version ?? '')}"`);
  if (typeof revision !== 'number' || revision === 0) throw refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') throw refuse('encoded start key empty (version meta.k8s.io/v1)');
  return { revision, after: start.replace(/\u0000$/, '') };
}
