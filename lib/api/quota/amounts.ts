import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../quantity';
import { tryCanonicalQuantity } from '../quantity-format';
import type { PodSpec } from '../types';

/** Quantities as texts, by resource name. */
export type Quantities = Readonly<Record<string, string>>;

/** Of the whole pod: the sum of its containers, at least the largest init container, plus overhead. */
export function podQuantities(spec: DeepReadonly<PodSpec>, which: 'requests' | 'limits'): Quantities {
  const total: Record<string, string> = {};
  for (const { resources } of spec.containers) for (const [name, quantity] of Object.entries(resources?.[which] ?? {})) total[name] = addQuantities(total[name], quantity);
  const initial = initQuantities(spec, which, total);
  for (const [name, quantity] of Object.entries(initial)) if (parseQuantity(quantity) > parseQuantity(total[name] ?? '-1')) total[name] = quantity;
  for (const [name, quantity] of Object.entries(spec.overhead ?? {})) if (which === 'requests' || total[name] !== undefined) total[name] = addQuantities(total[name], quantity);
  return total;
}

/** The largest an init container and the sidecars before it ask for together. Sidecars go on, so they are added to the total as well. */
function initQuantities(spec: DeepReadonly<PodSpec>, which: 'requests' | 'limits', total: Record<string, string>): Quantities {
  const beside: Record<string, string> = {};
  const largest: Record<string, string> = {};
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = Object.entries(resources?.[which] ?? {});
    const together = { ...beside };
    for (const [name, quantity] of own) {
      together[name] = addQuantities(beside[name], quantity);
      if (restartPolicy === 'Always') total[name] = addQuantities(total[name], quantity);
    }
    if (restartPolicy === 'Always') Object.assign(beside, together);
    for (const [name, quantity] of Object.entries(together)) if (parseQuantity(quantity) > parseQuantity(largest[name] ?? '-1')) largest[name] = quantity;
  }
  return largest;
}

/** Written as the first is, as upstream's Add. */
export function addQuantities(first: string | undefined, second: string): string {
  return first === undefined || parseQuantity(first) === 0 ? second : formatQuantity(parseQuantity(first) + parseQuantity(second), first);
}

/** `value` in powers of 1024 when the example is. */
export function formatQuantity(value: number, like: string): string {
  const binary = like.endsWith('i') && Number.isInteger(value / 1024);
  const text = binary ? `${value / 1024}Ki` : Number.isInteger(value) ? String(value) : `${Math.round(value * 1e6)}u`;
  return tryCanonicalQuantity(text) ?? text;
}
