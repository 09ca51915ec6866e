import { DecodingError } from '../decode/decoding-error';
import { zeroObject } from '../decode/values';
import { trySchemaOf } from '../schema/schema';
import type { Schema } from '../schema/schema-node';
import type { KubeObject } from '../types';
import { compareValues } from './compare';
import type { Comparison } from './compare';
import { inVersion } from './conversion';
import type { Convert, TypedObject } from './conversion';
import { difference, isEmptySet, recursiveDifference, union } from './field-set';
import type { FieldSet } from './field-set';
import { capUpdaters, encodeManagers, identityOf, takeAway, tryDecodeManagers } from './managers';
import type { Managers } from './managers';

export interface UpdateOptions {
  /** The stored object; undefined for a create. Read only. */
  readonly live: Readonly<KubeObject> | undefined;
  /** What is to be stored. Its managedFields, if the writer sent usable ones, replace the live ones. */
  readonly updated: KubeObject;
  readonly manager: string;
  readonly operation?: 'Update';
  /** `''` for the object itself; `status`, `scale`. */
  readonly subresource?: string;
  /** Of the request; the objects are in this version. */
  readonly apiVersion: string;
  /** Now, RFC 3339 in seconds. */
  readonly time: string;
  /** Needed for custom resources. */
  readonly schema?: Schema;
  /** See resetFieldsOf. */
  readonly resetFields?: FieldSet;
  readonly convert?: Convert;
}

/** Metadata that nobody owns. */
const UNOWNED: FieldSet = {
  'f:apiVersion': {}, 'f:kind': {},
  'f:metadata': {
    '.': {}, 'f:name': {}, 'f:namespace': {}, 'f:creationTimestamp': {}, 'f:selfLink': {}, 'f:uid': {}, 'f:clusterName': {}, 'f:generation': {}, 'f:managedFields': {}, 'f:resourceVersion': {},
  },
};

/**
 * The updated object with `metadata.managedFields` brought up to date: the manager owns what it changed, others lose what was changed or removed.
 * Changes `updated` in place and returns it. An object that cannot be compared (duplicate list keys) keeps the fields it has.
 */
export function updateManagedFields(options: UpdateOptions): KubeObject {
  const { live, updated } = options;
  const schema = options.schema ?? trySchemaOf(options.apiVersion, updated.kind);
  const sent = updated.metadata.managedFields;
  const managers = managersFor(options);
  if (!schema || !managers) {
    setManagers(updated, managers ? encodeManagers(managers) : undefined);
    return updated;
  }
  const before = managersSnapshot(managers);
  delete updated.metadata.managedFields;
  recordUpdate(managers, { ...options, schema });
  capUpdaters(managers);
  const unchanged = sameManagers(before, managers) && sent === live?.metadata.managedFields;
  setManagers(updated, unchanged ? sent : encodeManagers(managers));
  return updated;
}

/** Undefined: the object is not tracked (it exists without managed fields), or tracking was just cleared. */
function managersFor({ live, updated, subresource = '' }: UpdateOptions): Managers | undefined {
  const sent = updated.metadata.managedFields;
  const fromLive = () => tryDecodeManagers(live?.metadata.managedFields) ?? (live ? undefined : (new Map() as Managers));
  if (subresource !== '') return fromLive();
  if (sent?.length === 1 && isEmptyEntry(sent[0])) return live ? undefined : new Map();
  return tryDecodeManagers(sent) ?? fromLive();
}

const isEmptyEntry = (entry: object | undefined): boolean => Object.values(entry ?? {}).every((value) => value === '' || value === null || value === undefined);

/** Compares and books the difference. `managers` is changed. */
export function recordUpdate(managers: Managers, options: UpdateOptions & { readonly schema: Schema }): void {
  const { live, updated, manager, subresource = '', apiVersion, time, schema, resetFields = {}, convert } = options;
  const before: TypedObject = { apiVersion, object: live ? withoutManagedFields(live) : zeroObject(schema), schema };
  const after: TypedObject = { apiVersion, object: updated, schema };
  const comparison = tryCompare(before, after);
  if (!comparison) return;
  takeChangedFields(managers, { before, after, comparison, convert, resetFields, except: undefined });

  const taken = difference(recursiveDifference(union(comparison.modified, comparison.added), resetFields), UNOWNED);
  if (isEmptySet(taken)) return;
  const self = { manager, operation: 'Update', apiVersion, subresource } as const;
  const identity = identityOf(self);
  managers.set(identity, { ...self, time, fields: union(taken, managers.get(identity)?.fields ?? {}) });
}

function tryCompare(before: TypedObject, after: TypedObject): Comparison | undefined {
  try {
    return compareValues(before.object, after.object, after.schema);
  } catch (error) {
    if (error instanceof DecodingError) return undefined;
    throw error;
  }
}

export interface Change {
  readonly before: TypedObject;
  readonly after: TypedObject;
  readonly comparison: Comparison;
  readonly convert: Convert | undefined;
  readonly resetFields: FieldSet;
  /** Keeps what it has: the one who makes the change. */
  readonly except: string | undefined;
}

/** Everybody but one manager loses the fields that changed, each in the version it wrote. */
export function takeChangedFields(managers: Managers, change: Change): void {
  for (const apiVersion of new Set([...managers.values()].map((manager) => manager.apiVersion))) {
    const { added, modified, removed } = comparisonIn(apiVersion, change);
    const lost = union(union(added, modified), removed);
    const ofVersion: Managers = new Map([...managers].filter(([, manager]) => manager.apiVersion === apiVersion));
    takeAway(ofVersion, lost, change.except ?? '');
    for (const [identity, manager] of managers) {
      if (manager.apiVersion !== apiVersion) continue;
      const kept = ofVersion.get(identity);
      if (!kept) managers.delete(identity);
      else if (kept !== manager) managers.set(identity, kept);
    }
  }
}

/** What changed as a version sees it, without fields that the write resets anyway. */
export function comparisonIn(apiVersion: string, { before, after, comparison, convert, resetFields }: Omit<Change, 'except'>): Comparison {
  const here = inVersion(after, apiVersion, convert);
  const { added, modified, removed } = here === after ? comparison : tryCompare(inVersion(before, apiVersion, convert), here) ?? comparison;
  if (isEmptySet(resetFields)) return { added, modified, removed };
  return { added: recursiveDifference(added, resetFields), modified: recursiveDifference(modified, resetFields), removed: recursiveDifference(removed, resetFields) };
}

export const stripUnowned = (fields: FieldSet): FieldSet => difference(fields, UNOWNED);

/** A view of a stored object for comparison; the object itself is not changed. */
export function withoutManagedFields(object: Readonly<KubeObject>): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export function setManagers(object: KubeObject, entries: KubeObject['metadata']['managedFields']): void {
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

const managersSnapshot = (managers: Managers) => new Map(managers);

const sameManagers = (before: Managers, after: Managers) => before.size === after.size && [...before].every(([identity, manager]) => after.get(identity) === manager);
