import { wholeValue } from '../../api/quantity';

export type Fields = Readonly<Record<string, unknown>>;
/** Throws what is wrong with the value, without the field's name. */
export type Reader<T> = (value: unknown) => T;

/** The fields as their readers give them. Throws with the name of a field that nobody reads, or that its reader refuses. Pure. */
export function readFields<R extends Readonly<Record<string, Reader<unknown>>>>(fields: Fields, readers: R): { readonly [K in keyof R]?: ReturnType<R[K]> } {
  const read = Object.entries(fields).map(([name, value]) => {
    const reader = readers[name];
    if (!reader) throw new Error(`${name}: not supported by this kubelet; leave it out`);
    return [name, readField(name, value, reader)];
  });
  return Object.fromEntries(read) as { readonly [K in keyof R]?: ReturnType<R[K]> };
}

export function readField<T>(name: string, value: unknown, reader: Reader<T>): T {
  try {
    return reader(value);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export const textOf: Reader<string> = (value) => {
  if (typeof value !== 'string' || value === '') throw new Error(`${JSON.stringify(value)} is not a text`);
  return value;
};

export const integerOf = (minimum: number, maximum: number): Reader<number> => (value) => {
  if (!Number.isInteger(value) || (value as number) < minimum || (value as number) > maximum) throw new Error(`${JSON.stringify(value)} is not a whole number from ${minimum} to ${maximum}`);
  return value as number;
};

/** Bytes. */
export const sizeOf: Reader<number> = (value) => wholeValue(textOf(value));

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of `1h30m`, `10s`, as Go writes durations. */
export const durationOf: Reader<number> = (value) => {
  const text = textOf(value);
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.map(([whole]) => whole).join('') !== text) throw new Error(`"${text}" is not a duration; write it as 30s, 5m or 1h30m`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
};

/** Values of an object, each by the reader. */
export const mapOf = <K extends string, T>(keys: readonly K[], reader: Reader<T>): Reader<Partial<Readonly<Record<K, T>>>> => (value) => {
  if (typeof value !== 'object' || value === null) throw new Error('is not an object');
  return Object.fromEntries(Object.entries(value).map(([key, one]) => {
    if (!keys.includes(key as K)) throw new Error(`unknown key "${key}"; there are ${keys.join(', ')}`);
    return [key, readField(key, one, reader)];
  })) as Partial<Record<K, T>>;
};
