import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { PlannedObject } from './plan';

/** One value that an apply would change. */
export interface Difference {
  /** `spec.template.spec.containers[web].image`: members of a list go by their name, where they have one. */
  readonly path: string;
  /** undefined: not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** In the place of what nobody may read. */
export const MASK = '***';

/** What the server counts or remembers by itself, and nobody has written. */
const OWN = ['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'selfLink'];

/** The values that differ, from the object as it is to the one that the server would make of it: defaults that both have are no difference. Values of Secrets are masked. Pure. */
export function differencesOf({ live, dryRun, object }: Pick<PlannedObject, 'live' | 'dryRun' | 'object'>): readonly Difference[] {
  if (!live) return [];
  const found = compare(written(live), written(dryRun ?? object), '');
  return object.kind === 'Secret' ? found.map(masked) : found;
}

function written(object: DeepReadonly<KubeObject>): unknown {
  const { status: _, ...rest } = object as DeepReadonly<KubeObject> & { readonly status?: unknown };
  return { ...rest, metadata: Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !OWN.includes(key))) };
}

function compare(before: unknown, after: unknown, path: string): readonly Difference[] {
  if (Object.is(before, after)) return [];
  if (isNamedList(before) && isNamedList(after)) return compareMembers(byName(before), byName(after), (key) => `${path}[${key}]`);
  if (Array.isArray(before) && Array.isArray(after)) return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  if (isObject(before) && isObject(after)) return compareMembers(before, after, (key) => (path ? `${path}.${/[./]/.test(key) ? `"${key}"` : key}` : key));
  return [{ path, before, after }];
}

const compareMembers = (before: Record<string, unknown>, after: Record<string, unknown>, join: (key: string) => string) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => compare(before[key], after[key], join(key)));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

type NamedList = readonly { readonly name: string }[];

function isNamedList(value: unknown): value is NamedList {
  if (!Array.isArray(value)) return false;
  const names = value.map((member: unknown) => (isObject(member) ? member['name'] : undefined));
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
}

const byName = (list: NamedList): Record<string, unknown> => Object.fromEntries(list.map((member) => [member.name, member]));

function masked({ path, before, after }: Difference): Difference {
  const hide = (value: unknown) => (value === undefined ? undefined : isObject(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, MASK])) : MASK);
  return /^(data|stringData)(\.|$)/.test(path) ? { path, before: hide(before), after: hide(after) } : { path, before, after };
}
