import type { DeepReadonly } from '../base/deep-readonly';
import { milliValue, wholeValue } from '../api/quantity';
import type { Pod } from '../api/types';

/** Amounts by resource name: cpu in thousandths of a core, everything else in whole units. */
export type Amounts = Readonly<Record<string, number>>;

const known = new WeakMap<object, Amounts>();
const knownNonZero = new WeakMap<object, Amounts>();

/** What upstream counts for a container that requests nothing, when it spreads load. */
const ASSUMED = { cpu: 100, memory: 200 * 2 ** 20 };

export function toAmount(resource: string, quantity: string | number): number {
  return resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity);
}

/** What the pod takes from its node: the sum of its containers, at least the largest init container, plus overhead. */
export function podRequests(pod: DeepReadonly<Pod>): Amounts {
  return memoized(known, pod, () => compute(pod));
}

/** As podRequests, with an assumed minimum of cpu and memory per container, so that many small pods are spread too. */
export function nonZeroRequests(pod: DeepReadonly<Pod>): Amounts {
  return memoized(knownNonZero, pod, () => compute(pod, ASSUMED));
}

function memoized(cache: WeakMap<object, Amounts>, pod: DeepReadonly<Pod>, make: () => Amounts): Amounts {
  let amounts = cache.get(pod);
  if (!amounts) cache.set(pod, amounts = make());
  return amounts;
}

function compute({ spec }: DeepReadonly<Pod>, minimum: Amounts = {}): Amounts {
  const requestsOf = (container: { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }) => {
    const requests = Object.entries(container.resources?.requests ?? {}).map(([name, quantity]) => [name, toAmount(name, quantity)] as const);
    return { ...minimum, ...Object.fromEntries(requests) };
  };
  const total: Record<string, number> = {};
  for (const container of spec.containers) addTo(total, requestsOf(container));
  for (const container of spec.initContainers ?? []) {
    for (const [name, amount] of Object.entries(requestsOf(container))) total[name] = Math.max(total[name] ?? 0, amount);
  }
  for (const [name, quantity] of Object.entries(spec.overhead ?? {})) total[name] = (total[name] ?? 0) + toAmount(name, quantity);
  return total;
}

export function addTo(total: Record<string, number>, amounts: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of Object.entries(amounts)) total[name] = (total[name] ?? 0) + sign * amount;
}
