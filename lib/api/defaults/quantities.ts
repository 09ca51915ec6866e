import { tryParseQuantity } from '../quantity';
import type { QuantityText } from '../types';

type ResourceList = Record<string, QuantityText>;

/** Amounts are kept to a thousandth, rounded up. */
export function roundResources(list: ResourceList | undefined): void {
  for (const key in list) {
    const text = list[key];
    if (typeof text !== 'string' || !/[nu]$/.test(text)) continue;
    const value = tryParseQuantity(text) ?? 0;
    const thousandths = Math.sign(value) * Math.ceil(Math.round(Math.abs(value) * 1e9) / 1e6);
    list[key] = thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
  }
}
