import type { ObjectMeta } from '../types';
import { difference, isEmptySet, sortedSet, union } from './field-set';
import type { FieldSet } from './field-set';

/** Most managers that an object keeps for updates; older ones are merged into `ancient-changes`. */
const MAXIMUM_UPDATERS = 10;

export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** `''` for the object itself. */
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Who owns which fields, by identity. Upstream's order of identities is that of their JSON text. */
export type Managers = Map<string, Manager>;

type Entry = NonNullable<ObjectMeta['managedFields']>[number];

/** Entries that were read and are written again as they are. */
const sources = new WeakMap<Manager, Entry>();

export function identityOf({ manager, operation, apiVersion, subresource }: Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  return JSON.stringify({ manager, operation, ...(operation === 'Update' && { apiVersion }), ...(subresource && { subresource }) });
}

/** The managers of an object; undefined when `managedFields` is absent or not usable. */
export function tryDecodeManagers(entries: readonly Entry[] | undefined): Managers | undefined {
  const managers: Managers = new Map();
  for (const entry of entries ?? []) {
    const { manager = '', operation, apiVersion = '', subresource = '', time, fieldsV1, fieldsType } = entry;
    if ((operation !== 'Apply' && operation !== 'Update') || (fieldsType !== undefined && fieldsType !== 'FieldsV1')) return undefined;
    const decoded: Manager = { manager, operation, apiVersion, subresource, time: time ?? undefined, fields: (fieldsV1 ?? {}) as FieldSet };
    managers.set(identityOf(decoded), decoded);
    sources.set(decoded, entry);
  }
  return managers.size > 0 ? managers : undefined;
}

/** As `metadata.managedFields`; undefined for none. */
export function encodeManagers(managers: Managers): Entry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(compareManagers).map((manager) => sources.get(manager) ?? encode(manager));
}

function encode({ manager, operation, apiVersion, subresource, time, fields }: Manager): Entry {
  return { ...(manager && { manager }), operation, apiVersion, ...(time && { time }), fieldsType: 'FieldsV1', fieldsV1: sortedSet(fields), ...(subresource && { subresource }) };
}

function compareManagers(a: Manager, b: Manager): number {
  return compare(a.operation, b.operation) || compare(a.time ?? '', b.time ?? '') || compare(a.manager, b.manager) || compare(a.apiVersion, b.apiVersion) || compare(a.subresource, b.subresource);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Takes fields away from every manager but one; managers left without fields are forgotten. */
export function takeAway(managers: Managers, fields: FieldSet, except: string): void {
  if (isEmptySet(fields)) return;
  for (const [identity, manager] of managers) {
    if (identity === except) continue;
    const rest = difference(manager.fields, fields);
    if (rest === manager.fields) continue;
    if (isEmptySet(rest)) managers.delete(identity);
    else managers.set(identity, { ...manager, fields: rest });
  }
}

/** Merges the oldest updaters of each version until no more than the maximum are left. */
export function capUpdaters(managers: Managers): void {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  let left = updaters.length;
  if (left <= MAXIMUM_UPDATERS) return;
  updaters.sort(([a, left], [b, right]) => compare(left.time ?? '', right.time ?? '') || compare(a, b));
  const firstOfVersion = new Map<string, string>();
  for (const [identity, updater] of updaters) {
    if (left <= MAXIMUM_UPDATERS) return;
    const bucket = { manager: 'ancient-changes', operation: 'Update', apiVersion: updater.apiVersion, subresource: '' } as const;
    const first = firstOfVersion.get(updater.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(updater.apiVersion, identity);
      continue;
    }
    const bucketIdentity = identityOf(bucket);
    const current = managers.get(bucketIdentity) ?? managers.get(first);
    managers.delete(first);
    managers.delete(identity);
    managers.set(bucketIdentity, { ...bucket, time: updater.time, fields: union(updater.fields, current?.fields ?? {}) });
    left -= 1;
  }
}
