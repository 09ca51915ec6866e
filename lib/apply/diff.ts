import { EMPTY, type FieldSet, union } from '../api/managed-fields/field-set';
import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import { isElementOf } from './fields/field-owners';
import { fieldAt, type FieldStep, showFieldPath } from './fields/field-path';

type Object = DeepReadonly<KubeObject>;

/** One value that an apply would change. */
export interface Difference {
  /** `spec.template.spec.containers[web].image`: members of a list go by what identifies them, where the API server knows that. */
  readonly path: string;
  /** undefined: not there. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface Comparison {
  /** As it is in the cluster. */
  readonly live?: Object;
  /** As the server would make it. */
  readonly dryRun?: Object;
  /** As the program says it. */
  readonly object: Object;
  /** As it is sent, where that is not the object. */
  readonly sent?: Object;
}

/** In the place of what nobody may read. */
export const MASK = '***';

/** What the server counts or remembers by itself, and nobody has written. */
const OWN = ['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'selfLink'];

/**
 * The values that differ, from the object as it is to the one that the server would make of it. Without defaults: those that both have are no difference, and of what comes or goes only that is shown
 * which somebody has written. Members of lists are matched by the keys by which the server merges them. Values of Secrets are masked. Pure.
 */
export function differencesOf({ live, dryRun, object, sent = object }: Comparison): readonly Difference[] {
  if (!live) return [];
  const after = dryRun ?? object;
  const fields = union(fieldsOf(live), fieldsOf(after));
  const found = compare(written(live), written(after), fields, []);
  const meant = found.filter(({ before, steps }) => before !== undefined || fieldAt(sent, steps) !== undefined);
  const shown = (meant.length > 0 ? meant : found).map(({ steps, before, after: value, owned }) => ({
    path: showFieldPath(steps),
    before: value === undefined ? onlyOwned(before, owned) : before,
    after: before === undefined ? fieldAt(sent, steps) ?? value : value,
  }));
  return object.kind === 'Secret' ? shown.map(masked) : shown;
}

/** The values that differ between two versions of what a program says. Pure. */
export function differencesOfPrograms(before: Object, after: Object): readonly Difference[] {
  const { name: _, ...old } = before.metadata;
  const { name: __, ...now } = after.metadata;
  const found = compare(written({ ...before, metadata: old }), written({ ...after, metadata: now }), EMPTY, []);
  const shown = found.map(({ steps, ...values }) => ({ path: showFieldPath(steps), before: values.before, after: values.after }));
  return after.kind === 'Secret' ? shown.map(masked) : shown;
}

function written(object: Object): unknown {
  const { status: _, ...rest } = object as Object & { readonly status?: unknown };
  return { ...rest, metadata: Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !OWN.includes(key))) };
}

const fieldsOf = ({ metadata: { managedFields = [] } }: Object) => managedFields.reduce<FieldSet>((set, { fieldsV1 }) => union(set, (fieldsV1 ?? EMPTY) as FieldSet), EMPTY);

interface Found {
  readonly steps: readonly FieldStep[];
  readonly before: unknown;
  readonly after: unknown;
  /** Of the value, what somebody has written. */
  readonly owned: FieldSet;
}

function compare(before: unknown, after: unknown, fields: FieldSet, steps: readonly FieldStep[]): readonly Found[] {
  if (Object.is(before, after)) return [];
  if (isMap(before) && isMap(after)) {
    return keysOf(before, after).flatMap((key) => compare(before[key], after[key], fields[`f:${key}`] ?? EMPTY, [...steps, { key }]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, fields, steps);
  return [{ steps, before, after, owned: fields }];
}

function compareLists(before: readonly unknown[], after: readonly unknown[], fields: FieldSet, steps: readonly FieldStep[]): readonly Found[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const identify = identityOf([before, after], fields);
  if (identify) {
    const [old, now] = [before, after].map((list) => new Map(list.map((item) => [JSON.stringify(identify(item)), item])));
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
      const item = now.get(key) ?? old.get(key);
      const element = Object.keys(fields).find((candidate) => isElementOf(candidate, item));
      return compare(old.get(key), now.get(key), element === undefined ? EMPTY : fields[element], [...steps, identify(item)]);
    });
  }
  const sameLength = before.length === after.length && [...before, ...after].every(isMap);
  return sameLength ? before.flatMap((item, index) => compare(item, after[index], EMPTY, [...steps, { index }])) : [{ steps, before, after, owned: EMPTY }];
}

/** How members of the lists are told apart: by the keys that the server merges them by, as the set members they are, by their names; undefined for lists that are one value. */
function identityOf(lists: readonly (readonly unknown[])[], fields: FieldSet): ((item: unknown) => FieldStep) | undefined {
  const elements = Object.keys(fields);
  const merged = elements.find((element) => element.startsWith('k:'));
  const keys = merged === undefined ? ['name'] : Object.keys(JSON.parse(merged.slice(2)) as object);
  const byKeys = (item: unknown): FieldStep => ({ member: Object.fromEntries(keys.map((key) => [key, (item as Record<string, unknown>)[key]])) });
  const areUnique = (list: readonly unknown[]) => list.every((item) => isMap(item) && keys.some((key) => item[key] !== undefined)) && new Set(list.map((item) => JSON.stringify(byKeys(item)))).size === list.length;
  if (lists.every(areUnique)) return byKeys;
  return elements.some((element) => element.startsWith('v:')) && lists.flat().every((item) => !isMap(item)) ? (value) => ({ value }) : undefined;
}

/** Of a value that goes, what somebody has written: defaults have come by themselves and go so. */
function onlyOwned(value: unknown, fields: FieldSet): unknown {
  const elements = Object.keys(fields).filter((element) => element !== '.');
  if (elements.length === 0) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => {
      const element = elements.find((candidate) => isElementOf(candidate, item));
      return element === undefined ? item : onlyOwned(item, fields[element]);
    });
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (fields[`f:${key}`] ? [[key, onlyOwned(inner, fields[`f:${key}`])]] : [])));
}

const keysOf = (...maps: readonly object[]) => [...new Set(maps.flatMap((map) => Object.keys(map)))];
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a Secret's values are; the annotation is kubectl's copy of them. */
const SECRET = /^((data|stringData)(\.|$)|metadata\.annotations\."kubectl\.kubernetes\.io\/last-applied-configuration")/;

function masked({ path, before, after }: Difference): Difference {
  const hide = (value: unknown) => (value === undefined ? undefined : isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, MASK])) : MASK);
  return SECRET.test(path) ? { path, before: hide(before), after: hide(after) } : { path, before, after };
}
