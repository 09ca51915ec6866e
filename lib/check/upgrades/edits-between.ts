import type { Edit } from '../rule';

type Path = readonly (string | number)[];

/** The smallest changes that turn one JSON value into another. Lists of different lengths are replaced as a whole. */
export function editsBetween(before: unknown, after: unknown, path: Path = []): Edit[] {
  if (before === after) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) return before.flatMap((item, index) => editsBetween(item, after[index], [...path, index]));
  if (isObject(before) && isObject(after)) {
    const kept = Object.entries(after).filter(([, value]) => value !== undefined);
    const removed = Object.keys(before).filter((key) => after[key] === undefined && before[key] !== undefined);
    return [...removed.map((key): Edit => ({ op: 'remove', path: [...path, key] })), ...kept.flatMap(([key, value]) => (key in before ? editsBetween(before[key], value, [...path, key]) : [{ op: 'set' as const, path: [...path, key], value }]))];
  }
  return [{ op: 'set', path, value: after }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
