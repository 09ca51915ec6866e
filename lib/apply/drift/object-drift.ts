import { SECRET_VALUES_ANNOTATION } from '../../api/label-keys';
import type { KubeObject, meta, Secret } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { differencesOf, MASK } from '../diff';
import { FIELD_MANAGER } from '../field-manager';
import { ownersEntries } from '../fields/field-owners';
import { parseFieldPath } from '../fields/field-path';
import type { PlannedObject } from '../plan';

type Object = DeepReadonly<KubeObject>;

/** How one object of the cluster differs from the release that runs. */
export interface ObjectDrift {
  /** `foreign`: it cannot be brought back, because somebody else has it. `unknown`: it has the label of the application, and no release knows it. */
  readonly state: 'changed' | 'missing' | 'ending' | 'foreign' | 'unknown';
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** For `changed`. */
  readonly fields: readonly FieldDrift[];
  /** For a person. @default nothing to add */
  readonly note?: string;
}

/** A field that somebody has changed. Values of Secrets are masked. */
export interface FieldDrift {
  /** `spec.template.spec.containers[web].image` */
  readonly field: string;
  /** undefined: the release does not have the field. */
  readonly wanted?: unknown;
  /** undefined: it was taken away. */
  readonly actual?: unknown;
  /** Name of the field manager who set it. @default not known: nobody owns what is not there */
  readonly by?: string;
  /** ISO time of that manager's last change of the object. */
  readonly at?: string;
}

/** What differs in an object of the release, given what its apply would do; undefined where nothing does. Pure. */
export function objectDrift(planned: PlannedObject): ObjectDrift | undefined {
  const { object, live, action } = planned;
  const identity = identityOf(object);
  if (action === 'create') return { ...identity, state: 'missing', fields: [] };
  if (live?.metadata.deletionTimestamp) return { ...identity, state: 'ending', fields: [] };
  if (action === 'replace') return { ...identity, state: 'changed', fields: [{ field: 'spec.template' }], note: 'the template of a Job cannot be changed: it is made again' };
  if (action !== 'change' || !live) return undefined;
  const found = differencesOf(planned).map(({ path, before, after }): FieldDrift => ({ field: path, ...changeOf(live, path), ...(after !== undefined && { wanted: after }), ...(before !== undefined && { actual: before }) }));
  const values = secretDrift(object, live);
  if (found.length + values.length === 0) return undefined;
  const fields = [...found, ...values].sort((a, b) => (a.field < b.field ? -1 : 1));
  return { ...identity, state: 'changed', fields, ...(values.length > 0 && { note: 'releases do not keep values of Secrets; twelve apply brings them back' }) };
}

function changeOf(live: Object, path: string): Pick<FieldDrift, 'by' | 'at'> {
  const last = lastOf(ownersEntries(live, parseFieldPath(path, live)));
  return last ? { by: last.manager ?? '', ...(last.time && { at: last.time }) } : {};
}

/** The last one of the owners other than us. */
function lastOf(entries: readonly DeepReadonly<meta.ManagedFieldsEntry>[]): DeepReadonly<meta.ManagedFieldsEntry> | undefined {
  return entries.filter((entry) => !isOurs(entry)).sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1);
}

const isOurs = ({ manager, operation }: DeepReadonly<meta.ManagedFieldsEntry>) => manager === FIELD_MANAGER && operation === 'Apply';

/** Values are not known, but who has set them is: one that is not ours any more was changed. */
function secretDrift(object: KubeObject, live: Object): readonly FieldDrift[] {
  if (object.kind !== 'Secret') return [];
  const data = (live as DeepReadonly<Secret>).data ?? {};
  const changed = Object.keys(data).flatMap((key): FieldDrift[] => {
    const entries = ownersEntries(live, [{ key: 'data' }, { key }]);
    const by = lastOf(entries);
    return by && !entries.some(isOurs) ? [{ field: `data.${key}`, wanted: MASK, actual: MASK, by: by.manager ?? '', ...(by.time && { at: by.time }) }] : [];
  });
  return [...changed, ...promisedKeys(object).filter((key) => !(key in data)).map((key) => ({ field: `data.${key}`, wanted: MASK }))];
}

function promisedKeys({ metadata: { annotations } }: KubeObject): readonly string[] {
  try {
    return Object.keys(JSON.parse(annotations?.[SECRET_VALUES_ANNOTATION] ?? '{}') as object);
  } catch {
    return []; // an apply says what is wrong with it
  }
}

/** Kind and place of an object, as events tell them. Pure. */
export const identityOf = ({ apiVersion, kind, metadata: { namespace, name = '' } }: Object) => ({ apiVersion, kind, ...(namespace && { namespace }), name });
