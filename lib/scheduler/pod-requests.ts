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

/** What the pod takes from its node: the sum of its containers and sidecars, at least what it takes while it begins, plus overhead. */
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
  const total: Record<string, number> = {};
  for (const container of spec.containers) addTo(total, requestsOf(container, minimum));
  // Init containers run one after the other, each beside the sidecars that were started before it.
  const sidecars: Record<string, number> = {};
  const initial: Record<string, number> = {};
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container, minimum);
    if (container.restartPolicy === 'Always') {
      addTo(total, requests);
      addTo(sidecars, requests);
      raiseTo(initial, sidecars);
    } else {
      const beside = { ...sidecars };
      addTo(beside, requests);
      raiseTo(initial, beside);
    }
  }
  raiseTo(total, initial);
  for (const [name, quantity] of Object.entries(spec.overhead ?? {})) total[name] = (total[name] ?? 0) + toAmount(name, quantity);
  return total;
}

function requestsOf(container: { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }, minimum: Amounts): Amounts {
  const requests = Object.entries(container.resources?.requests ?? {}).map(([name, quantity]) => [name, toAmount(name, quantity)] as const);
  return { ...minimum, ...Object.fromEntries(requests) };
}

function raiseTo(total: Record<string, number>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) total[name] = Math.max(total[name] ?? 0, amount);
}

export function addTo(total: Record<string, number>, amounts: Amounts, sign: 1 | -1 = 1): void {
  for (const name in amounts) total[name] = (total[name] ?? 0) + sign * amounts[name];
}
