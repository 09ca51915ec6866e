import type { QuantityText } from './types';

const FACTORS: Readonly<Record<string, number>> = {
  'n': 1e-9, 'u': 1e-6, 'm': 1e-3, '': 1, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'P': 1e15, 'E': 1e18,
  'Ki': 2 ** 10, 'Mi': 2 ** 20, 'Gi': 2 ** 30, 'Ti': 2 ** 40, 'Pi': 2 ** 50, 'Ei': 2 ** 60,
};
const SYNTAX = /^([+-]?(?:\d+\.?\d*|\.\d+))(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;

/** The value of a quantity as a number: `parseQuantity('100m')` is 0.1, `'1Ki'` is 1024. Throws on bad syntax. */
export function parseQuantity(text: QuantityText): number {
  const value = tryParseQuantity(text);
  if (value === undefined) throw new Error(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': "${text}"`);
  return value;
}

export function tryParseQuantity(text: QuantityText): number | undefined {
  const match = SYNTAX.exec(String(text));
  if (!match) return undefined;
  const suffix = match[2] ?? '';
  const factor = /^[eE][+-]?\d/.test(suffix) ? 10 ** Number(suffix.slice(1)) : FACTORS[suffix];
  return Number(match[1]) * factor;
}

/** CPU in thousandths of a core, rounded up as upstream's MilliValue. */
export const milliValue = (text: QuantityText) => Math.ceil(round(parseQuantity(text) * 1000));

/** Bytes (or pieces), rounded up as upstream's Value. */
export const wholeValue = (text: QuantityText) => Math.ceil(round(parseQuantity(text)));

/** 0.1 * 1000 is 100.00000000000001 in binary floating point. */
const round = (value: number) => Math.round(value * 1e6) / 1e6;
