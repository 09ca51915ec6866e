import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Client } from '../client/client';
import { FIELD_MANAGER } from './field-manager';
import { conflictsOf, type FieldConflict, isOwnConflict } from './fields/conflicts';
import { withField } from './fields/field-path';

/** What becomes of fields that somebody else has set to something else. */
export interface ConflictRules {
  /** Take over fields of everybody. */
  readonly force: boolean;
  /** Leave them to their owners: they are not applied. @default false */
  readonly leave?: boolean;
  /** Take over those of some. @default of nobody */
  readonly takes?: (conflict: FieldConflict) => boolean;
}

export interface Applied {
  /** What was sent: without the fields that were left to others. */
  readonly sent: KubeObject;
  /** The object as the server has it, or would have it. */
  readonly answer: DeepReadonly<KubeObject>;
}

/** Server-side apply of what a program says. Rejects with Conflict where somebody else has set a field to something else, unless the rules say what to do; a number that `twelve scale` has set is taken back. */
export async function applyObject(client: Client, object: KubeObject, { force, leave = false, takes = () => false }: ConflictRules, { dryRun = false } = {}): Promise<Applied> {
  const send = async (sent: KubeObject, forced: boolean) => ({ sent, answer: await client.apply(sent, { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun, force: forced }) });
  try {
    return await send(object, force);
  } catch (error) {
    const conflicts = conflictsOf(object, error);
    const open = conflicts.filter((conflict) => !takes(conflict) && !isOwnConflict(conflict));
    if (conflicts.length === 0 || (open.length > 0 && !leave)) throw error;
    // One after the other from the end: taking a member out of a list moves those behind it.
    return send(open.reduceRight((sent, { steps }) => withField(sent, steps, undefined), object), open.length < conflicts.length);
  }
}
