import { zeroObject } from '../decode/values';
import { trySchemaOf } from '../schema/schema';
import type { Schema } from '../schema/schema-node';
import { StatusError, badRequest, newStatus } from '../status-error';
import type { KubeObject } from '../types';
import { compareValues } from './compare';
import { conflictError } from './conflicts';
import type { Conflicts } from './conflicts';
import type { Convert, TypedObject } from './conversion';
import { difference, intersection, isEmptySet, recursiveDifference, union } from './field-set';
import type { FieldSet } from './field-set';
import { fieldsOfLastApplied, updateLastApplied } from './last-applied';
import { capUpdaters, encodeManagers, identityOf, tryDecodeManagers } from './managers';
import type { Manager, Managers } from './managers';
import { mergeValues } from './merge';
import { prune } from './prune';
import { fieldSetOf } from './to-field-set';
import { typeProblems } from './typed-check';
import { equalValues } from './typed-value';
import { comparisonIn, recordUpdate, setManagers, stripUnowned, takeChangedFields, withoutManagedFields } from './update';

export interface ApplyOptions {
  /** The stored object in the version of the request; undefined if there is none. Read only. */
  readonly live: Readonly<KubeObject> | undefined;
  /** The body as it was sent: no defaults, nothing normalised. */
  readonly applied: Readonly<KubeObject>;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource?: string;
  readonly apiVersion: string;
  /** Now, RFC 3339 in seconds. */
  readonly time: string;
  /** Needed for custom resources. */
  readonly schema?: Schema;
  /** See resetFieldsOf. */
  readonly resetFields?: FieldSet;
  readonly convert?: Convert;
}

/**
 * Server-side apply: the live object with the applied fields, without those that the manager applied last time and no longer does (unless somebody else owns
 * them), with managedFields brought up to date. The result is a new object that still has to be decoded and defaulted; when nothing changes it equals
 * the live one. Throws 409 with upstream's texts when fields of others would change, 400 for an object that does not fit the schema.
 */
export function applyServerSide(options: ApplyOptions): KubeObject {
  const { live, applied, apiVersion, manager } = options;
  if (applied.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  const schema = options.schema ?? trySchemaOf(apiVersion, applied.kind);
  if (!schema) throw badRequest(`no corresponding type for ${apiVersion}, Kind=${applied.kind}`);
  checkTypes(applied, schema, apiVersion);
  const managers = managersBefore(options, schema);
  const full = { ...options, schema };
  try {
    return applyOnce(full, managers);
  } catch (error) {
    if (!(error instanceof ApplyConflict)) throw error;
    const allowed = manager === 'kubectl' && live ? fieldsOfLastApplied(live, schema) : {};
    const left = new Map([...error.conflicts].flatMap(([identity, conflict]) => {
      const fields = difference(conflict.fields, allowed);
      return isEmptySet(fields) ? [] : [[identity, { ...conflict, fields }] as const];
    }));
    if (left.size > 0) throw conflictError(left);
    return applyOnce({ ...full, force: true }, managers);
  }
}

class ApplyConflict extends Error {
  constructor(readonly conflicts: Conflicts) {
    super('conflict');
  }
}

function checkTypes(applied: Readonly<KubeObject>, schema: Schema, apiVersion: string): void {
  const problems = typeProblems(applied, schema);
  if (problems.length === 0) return;
  const why = problems.length === 1 ? problems[0] : ['errors:', ...problems.map((problem) => `  ${problem}`)].join('\n');
  const { namespace = '', name = '' } = applied.metadata ?? {};
  const group = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  throw new StatusError(newStatus(400, '', `failed to create typed patch object (${namespace}/${name}; ${group}, Kind=${applied.kind}): ${why}`));
}

/** An object that was never tracked gets its fields owned by `before-first-apply`. */
function managersBefore({ live, apiVersion, time, subresource, resetFields, convert }: ApplyOptions, schema: Schema): Managers {
  const managers: Managers = tryDecodeManagers(live?.metadata.managedFields) ?? new Map();
  if (live && managers.size === 0) {
    recordUpdate(managers, { live: undefined, updated: withoutManagedFields(live), manager: 'before-first-apply', subresource, apiVersion, time, schema, resetFields, convert });
  }
  return managers;
}

function applyOnce(options: ApplyOptions & { readonly schema: Schema }, before: Managers): KubeObject {
  const { live, applied, manager, force, subresource = '', apiVersion, time, schema, resetFields = {}, convert } = options;
  const managers: Managers = new Map(before);
  const self = { manager, operation: 'Apply', apiVersion, subresource } as const;
  const identity = identityOf(self);
  const last = managers.get(identity);
  const base = live ? withoutManagedFields(live) : { ...(zeroObject(schema) as KubeObject), apiVersion, kind: applied.kind };
  const fields = recursiveDifference(fieldSetOf(applied, schema), resetFields);
  managers.set(identity, { ...self, time: last?.time, fields });

  const liveTyped: TypedObject = { apiVersion, object: base, schema };
  const merged: TypedObject = { apiVersion, object: mergeValues(base, applied, schema), schema };
  const pruned = prune(merged, { last, managers, convert });
  const comparison = compareValues(base, pruned.object, schema);
  const change = { before: liveTyped, after: pruned, comparison, convert, resetFields };
  if (!force) refuseConflicts(managers, identity, change);
  takeChangedFields(managers, { ...change, except: identity });

  const changed = !equalValues(base, pruned.object);
  finishManager(managers, identity, { ...self, fields: stripUnowned(fields), time: changed ? time : last?.time });
  capUpdaters(managers);
  const source = (changed ? pruned.object : base) as KubeObject;
  const object: KubeObject = { ...source, metadata: { ...source.metadata } };
  setManagers(object, encodeManagers(managers));
  if (manager === 'kubectl') updateLastApplied(object, live, applied);
  return object;
}

function finishManager(managers: Managers, identity: string, entry: Manager): void {
  if (isEmptySet(entry.fields)) managers.delete(identity);
  else managers.set(identity, entry);
}

function refuseConflicts(managers: Managers, self: string, change: Parameters<typeof comparisonIn>[1]): void {
  const conflicts = new Map<string, { owner: Manager; fields: FieldSet }>();
  for (const [identity, owner] of managers) {
    if (identity === self) continue;
    const { added, modified } = comparisonIn(owner.apiVersion, change);
    const fields = intersection(owner.fields, union(modified, added));
    if (!isEmptySet(fields)) conflicts.set(identity, { owner, fields });
  }
  if (conflicts.size > 0) throw new ApplyConflict(conflicts);
}
