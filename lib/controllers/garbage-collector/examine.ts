import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, OwnerReference } from '../../api/types';
import { FOREGROUND, ORPHAN } from './dependency-graph';

export type OwnerState = 'exists' | 'gone' | 'waits-for-dependents';

export type Verdict =
  | { readonly action: 'keep' }
  | { readonly action: 'drop-owners'; readonly uids: readonly string[] }
  | { readonly action: 'delete'; readonly propagationPolicy: 'Foreground' | 'Background' | 'Orphan' };

/**
 * What becomes of an object, by the state of its owners: one that exists keeps it (and the others are struck off); otherwise it goes, after its own
 * dependents where its owner waits for them. Pure. Follows attemptToDeleteItem of Kubernetes 1.28.
 */
export function decide(object: DeepReadonly<KubeObject>, stateOf: (reference: DeepReadonly<OwnerReference>) => OwnerState, hasDependents: boolean): Verdict {
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return { action: 'keep' };
  const states = references.map((reference) => ({ reference, state: stateOf(reference) }));
  const lost = states.filter(({ state }) => state !== 'exists');
  if (lost.length === 0) return { action: 'keep' };
  if (lost.length < states.length) return { action: 'drop-owners', uids: lost.map(({ reference }) => reference.uid) };
  if (hasDependents && states.some(({ state }) => state === 'waits-for-dependents')) return { action: 'delete', propagationPolicy: 'Foreground' };
  const finalizers = object.metadata.finalizers ?? [];
  return { action: 'delete', propagationPolicy: finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background' };
}
