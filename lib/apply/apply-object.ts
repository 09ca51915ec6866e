import { isConflict } from '../api/status-error';
import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Client } from '../client/client';
import { FIELD_MANAGER, SCALE_MANAGER } from './field-manager';

export interface ApplyObjectOptions {
  /** Take over fields of everybody. */
  readonly force: boolean;
  readonly dryRun?: boolean;
}

/** Server-side apply of what a program says. Rejects with Conflict where somebody else has set a field to something else; a number that `twelve scale` has set is taken back. */
export async function applyObject(client: Client, object: DeepReadonly<KubeObject>, { force, dryRun = false }: ApplyObjectOptions): Promise<DeepReadonly<KubeObject>> {
  const options = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun } as const;
  try {
    return await client.apply(object, { ...options, force });
  } catch (error) {
    if (!isOwnConflict(error)) throw error;
    return client.apply(object, { ...options, force: true });
  }
}

/** Whether nobody but `twelve scale` disagrees. Pure. */
export function isOwnConflict(error: unknown): boolean {
  const causes = isConflict(error) ? error.status.details?.causes ?? [] : [];
  return causes.length > 0 && causes.every(({ reason, message }) => reason === 'FieldManagerConflict' && message?.startsWith(`conflict with "${SCALE_MANAGER}"`));
}
