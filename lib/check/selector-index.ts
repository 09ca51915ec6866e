import { matchesLabels } from '../api/selectors';
import type { Labels } from '../api/types';

/** Things that select pods by labels, found by a pod's labels without looking at all of them. */
export class SelectorIndex<T> {
  private readonly byPair = new Map<string, (readonly [T, Labels])[]>();

  /** @param items what selects, with its namespace and its labels; one with no labels selects nothing here */
  constructor(items: Iterable<readonly [item: T, namespace: string | undefined, matchLabels: Labels]>) {
    for (const [item, namespace, labels] of items) {
      const [first] = Object.entries(labels);
      if (!first) continue;
      const key = pairKey(namespace, first);
      const bucket = this.byPair.get(key);
      if (bucket) bucket.push([item, labels]);
      else this.byPair.set(key, [[item, labels]]);
    }
  }

  /** Those whose labels are all among the pod's. */
  selecting(namespace: string | undefined, podLabels: Labels): readonly T[] {
    return Object.entries(podLabels).flatMap((pair) => this.byPair.get(pairKey(namespace, pair)) ?? [])
      .filter(([, labels]) => matchesLabels(labels, podLabels)).map(([item]) => item);
  }
}

const pairKey = (namespace: string | undefined, [key, value]: readonly [string, string]) => `${namespace ?? ''}\n${key}\n${value}`;
