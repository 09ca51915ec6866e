import { inVersion } from './conversion';
import type { Convert, TypedObject } from './conversion';
import { difference, intersection, isEmptySet, union } from './field-set';
import type { FieldSet } from './field-set';
import type { Manager, Managers } from './managers';
import { removeFields } from './remove-fields';
import { fieldSetOf, withNamedFields } from './to-field-set';

interface PruneOptions {
  /** What the applying manager had before; undefined at its first apply. */
  readonly last: Manager | undefined;
  /** With the new fields of the applying manager. */
  readonly managers: Managers;
  readonly convert: Convert | undefined;
}

/**
 * Takes away what the manager applied last time, and gives back what somebody (also itself, now) still owns and what was never in its set.
 * Follows merge.Updater.prune of structured-merge-diff.
 */
export function prune(merged: TypedObject, { last, managers, convert }: PruneOptions): TypedObject {
  if (!last || isEmptySet(last.fields)) return merged;
  const here = inVersion(merged, last.apiVersion, convert);
  const lastFields = withNamedFields(last.fields, here.schema);
  let pruned = without(here, here.object, lastFields);
  for (const [apiVersion, owned] of ownedByVersion(managers)) pruned = addBackOwned(merged, pruned, { apiVersion, owned, convert });
  const atLast = inVersion(pruned, last.apiVersion, convert);
  const prunedSet = setOf(atLast);
  const mergedSet = setOf(here);
  const result = without(here, here.object, intersection(difference(mergedSet, prunedSet), lastFields));
  return inVersion(result, merged.apiVersion, convert);
}

function ownedByVersion(managers: Managers): ReadonlyMap<string, FieldSet> {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of managers.values()) owned.set(apiVersion, union(owned.get(apiVersion) ?? {}, fields));
  return owned;
}

interface AddBackOptions {
  readonly apiVersion: string;
  readonly owned: FieldSet;
  readonly convert: Convert | undefined;
}

/** Only what is in no owner's set and not in the pruned object stays removed. */
function addBackOwned(merged: TypedObject, pruned: TypedObject, { apiVersion, owned, convert }: AddBackOptions): TypedObject {
  const here = inVersion(merged, apiVersion, convert);
  const kept = union(setOf(inVersion(pruned, apiVersion, convert)), withNamedFields(owned, here.schema));
  return without(here, here.object, difference(setOf(here), kept));
}

const setOf = ({ object, schema }: TypedObject): FieldSet => withNamedFields(fieldSetOf(object, schema), schema);

const without = (typed: TypedObject, object: unknown, fields: FieldSet): TypedObject => ({ ...typed, object: removeFields(object, fields, typed.schema) });
