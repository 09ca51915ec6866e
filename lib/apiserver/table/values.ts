import { formatLabelSelector } from '../../api/selectors';
import type { AnyObject } from '../any-object';

/** Makes the cells of a row, in the order of the recorded columns. */
export type CellMaker = (object: AnyObject, now: number) => readonly unknown[];

export const NONE = '<none>';
export const UNKNOWN = '<unknown>';

/** How kubectl writes how long something is: `5s`, `3m20s`, `4h5m`, `2d3h`, `45d`, `2y10d`. Follows HumanDuration of apimachinery. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return withRest(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

const withRest = (large: number, unit: string, small: number, smallUnit: string) => (small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`);

export function since(time: unknown, now: number): string {
  return typeof time === 'string' && time !== '' ? humanDuration(now - Date.parse(time)) : UNKNOWN;
}

export const age = ({ metadata }: AnyObject, now: number) => since(metadata.creationTimestamp, now);

/** A path that may be absent anywhere, as a value of the type that the caller knows. */
export function at<T>(object: unknown, ...path: readonly (string | number)[]): T | undefined {
  let value = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return (value ?? undefined) as T | undefined;
}

export const listAt = <T>(object: unknown, ...path: readonly (string | number)[]): readonly T[] => at<readonly T[]>(object, ...path) ?? [];
export const numberAt = (object: unknown, ...path: readonly (string | number)[]) => at<number>(object, ...path) ?? 0;
export const textAt = (object: unknown, ...path: readonly (string | number)[]) => at<string>(object, ...path) ?? '';

/** `a=b,c=d` by the alphabet. */
export function labels(map: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(map ?? {}).map(([key, value]) => `${key}=${value}`).sort();
  return pairs.length > 0 ? pairs.join(',') : NONE;
}

export function selector(value: unknown): string {
  const text = value ? formatLabelSelector(value as Parameters<typeof formatLabelSelector>[0]) : '';
  return text === '' ? NONE : text;
}

export interface ContainerLike {
  readonly name: string;
  readonly image?: string;
}

/** Names and images of a pod template's containers. */
export function containerCells(spec: unknown): readonly [string, string] {
  const containers = listAt<ContainerLike>(spec, 'containers');
  return [containers.map(({ name }) => name).join(','), containers.map(({ image = '' }) => image).join(',')];
}

/** The first three, and how many more there are. */
export function firstThree(items: readonly string[], separator = ','): string {
  const more = items.length - 3;
  return more > 0 ? `${items.slice(0, 3).join(separator)} + ${more} more...` : items.join(separator);
}
