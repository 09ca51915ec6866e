import { toTime } from '../base/clock';
import type { AnyObject } from './any-object';
import type { DeleteOptions } from './delete-options';
import type { Stored } from './object-storage';
import type { Resource } from './registry/resource';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** What a DELETE does to an object. */
export type Deletion =
  /** `marked` is stored first where watchers are to see the end of a grace period of zero. */
  | { readonly action: 'remove'; readonly marked?: AnyObject }
  /** The object stays, marked: for its finalizers, or for its grace period. */
  | { readonly action: 'mark'; readonly object: AnyObject }
  /** It is being deleted already, and this request changes nothing. */
  | { readonly action: 'wait' };

/** Pure. Follows BeforeDelete and the generic registry's Delete of k8s.io/apiserver 1.28. */
export function decideDeletion(resource: Resource, stored: Stored, options: DeleteOptions, now: number): Deletion {
  const object = structuredClone(stored) as AnyObject;
  const grace = decideGrace(resource, object, options, now);
  if (grace === 'pending') return { action: 'wait' };

  const finalizers = finalizersFor(resource, object, options);
  const finalizersChanged = finalizers.join() !== (object.metadata.finalizers ?? []).join();
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;

  if (grace === 'graceful' && (finalizers.length > 0 || (object.metadata.deletionGracePeriodSeconds ?? 0) > 0)) return { action: 'mark', object };
  const before = stored.metadata;
  if (finalizers.length === 0) return { action: 'remove', ...(grace === 'graceful' && !before.deletionTimestamp && { marked: object }) };
  if (grace === 'none') markAsDeleting(object, now);
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const unchanged = !finalizersChanged && before.deletionTimestamp === deletionTimestamp && before.deletionGracePeriodSeconds === deletionGracePeriodSeconds;
  return unchanged ? { action: 'wait' } : { action: 'mark', object };
}

/** Sets the time of a graceful deletion; `none` where the kind, or this object, ends at once. */
function decideGrace({ strategy }: Resource, { metadata, ...rest }: AnyObject, { gracePeriodSeconds: asked }: DeleteOptions, now: number): 'graceful' | 'pending' | 'none' {
  if (!strategy.gracePeriodSeconds) return 'none';
  const { deletionTimestamp, deletionGracePeriodSeconds: period } = metadata;
  if (deletionTimestamp) {
    if (!period) return 'none';
    if (asked === undefined || asked >= period) return 'pending';
    const shortened = asked < 0 ? 1 : asked;
    metadata.deletionTimestamp = toTime(Date.parse(deletionTimestamp) - (period - shortened) * 1000);
    metadata.deletionGracePeriodSeconds = shortened;
    return 'graceful';
  }
  const seconds = strategy.gracePeriodSeconds({ metadata, ...rest }, asked) ?? 0;
  metadata.deletionTimestamp = toTime(now + seconds * 1000);
  metadata.deletionGracePeriodSeconds = seconds;
  if (metadata.generation) metadata.generation += 1;
  return 'graceful';
}

function markAsDeleting({ metadata }: AnyObject, now: number): void {
  if (metadata.deletionGracePeriodSeconds === undefined && metadata.generation) metadata.generation += 1;
  if (!metadata.deletionTimestamp || Date.parse(metadata.deletionTimestamp) > now) metadata.deletionTimestamp = toTime(now);
  metadata.deletionGracePeriodSeconds = 0;
}

function finalizersFor(resource: Resource, { metadata }: AnyObject, options: DeleteOptions): string[] {
  const own = metadata.finalizers ?? [];
  if (resource.strategy.ignoresDependents) return [...own];
  const policy = propagationOf(resource, own, options);
  const others = own.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  return [...others, ...(policy === 'Orphan' ? [ORPHAN] : policy === 'Foreground' ? [FOREGROUND] : [])];
}

/** The request decides, then what an earlier request left on the object, then the kind. */
function propagationOf({ strategy }: Resource, finalizers: readonly string[], { orphanDependents, propagationPolicy }: DeleteOptions): string {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background';
  if (propagationPolicy) return propagationPolicy;
  const found = finalizers.find((finalizer) => finalizer === ORPHAN || finalizer === FOREGROUND);
  if (found) return found === ORPHAN ? 'Orphan' : 'Foreground';
  return strategy.defaultPropagation ?? 'Background';
}
