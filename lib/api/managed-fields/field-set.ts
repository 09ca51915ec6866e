/**
 * A set of fields in the form of `fieldsV1`: keys are path elements (`f:name`, `k:{"name":"c"}`, `v:1`), `{}` is a field that belongs to the set,
 * `.` marks one that belongs to it beside fields below it. Never changed in place: operations share what stays the same and return
 * their first operand itself when nothing changes.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export const EMPTY: FieldSet = {};
const SELF = '.';

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isMember = (node: FieldSet): boolean => node[SELF] !== undefined || isEmptySet(node);
const hasChildren = (node: FieldSet): boolean => {
  for (const key in node) if (key !== SELF) return true;
  return false;
};

/** The node of a path element: undefined when it is neither in the set nor has fields that are. */
function node(member: boolean, children: FieldSet): FieldSet | undefined {
  if (!hasChildren(children)) return member ? EMPTY : undefined;
  if (member === (children[SELF] !== undefined)) return children;
  const { [SELF]: _, ...below } = children;
  return member ? { [SELF]: EMPTY, ...below } : below;
}

export function hasElement(set: FieldSet, element: string): boolean {
  const found = set[element];
  return found !== undefined && isMember(found);
}

/** The fields below an element; empty if there are none. */
export function below(set: FieldSet, element: string): FieldSet {
  const found = set[element];
  return found !== undefined && hasChildren(found) ? found : EMPTY;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b) || a === b) return a;
  if (isEmptySet(a)) return b;
  return combine(a, b);
}

function combine(a: FieldSet, b: FieldSet): FieldSet {
  let result: Record<string, FieldSet> | undefined;
  for (const key in b) {
    const right = b[key] as FieldSet;
    const left = a[key];
    const merged = left === undefined ? right : left === right || key === SELF ? left : unionNode(left, right);
    if (merged !== left) (result ??= { ...a })[key] = merged;
  }
  return result ?? a;
}

function unionNode(left: FieldSet, right: FieldSet): FieldSet {
  const children = hasChildren(left) ? (hasChildren(right) ? combine(left, right) : left) : right;
  return node(isMember(left) || isMember(right), children) as FieldSet;
}

/** Fields of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, (left, right) => node(isMember(left) && !isMember(right), hasChildren(right) ? difference(left, right) : left));
}

/** Fields of `a` that are neither in `b` nor below a field of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, (left, right) => (isMember(right) ? undefined : node(isMember(left), recursiveDifference(left, right))));
}

function subtract(a: FieldSet, b: FieldSet, subtractNode: (left: FieldSet, right: FieldSet) => FieldSet | undefined): FieldSet {
  let result: Record<string, FieldSet> | undefined;
  for (const key in b) {
    const left = a[key];
    if (left === undefined || key === SELF) continue;
    const rest = subtractNode(left, b[key] as FieldSet);
    if (rest === left) continue;
    result ??= { ...a };
    if (rest === undefined) delete result[key];
    else result[key] = rest;
  }
  return result ?? a;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const key in a) {
    const left = a[key] as FieldSet;
    const right = b[key];
    if (right === undefined || key === SELF) continue;
    const both = node(isMember(left) && isMember(right), intersection(left, right));
    if (both !== undefined) result[key] = both;
  }
  return result;
}

/** The path of every field in the set, sorted. */
export function pathsOf(set: FieldSet): readonly (readonly string[])[] {
  return Object.keys(set).filter((key) => key !== SELF).sort().flatMap((key) => {
    const found = set[key] as FieldSet;
    return [...(isMember(found) ? [[key]] : []), ...pathsOf(found).map((path) => [key, ...path])];
  });
}

/** The set with its keys in order, as it is written. */
export function sortedSet(set: FieldSet): FieldSet {
  const keys = Object.keys(set);
  if (keys.length === 0) return EMPTY;
  if (keys.length > 1) keys.sort();
  const sorted: Record<string, FieldSet> = {};
  for (const key of keys) sorted[key] = sortedSet(set[key] as FieldSet);
  return sorted;
}

/** A set that grows by single paths; `root` is in the form of FieldSet. */
export class FieldSetBuilder {
  readonly root: Record<string, FieldSet> = {};

  insert(path: readonly string[]): void {
    const last = path.length - 1;
    if (last < 0) return;
    let at = this.root;
    for (let index = 0; index < last; index += 1) {
      const key = path[index] as string;
      let next = at[key] as Record<string, FieldSet> | undefined;
      if (next === undefined) at[key] = next = {};
      else if (isEmptySet(next)) next[SELF] = EMPTY;
      at = next;
    }
    const key = path[last] as string;
    const found = at[key] as Record<string, FieldSet> | undefined;
    if (found === undefined) at[key] = {};
    else if (!isEmptySet(found)) found[SELF] = EMPTY;
  }
}
