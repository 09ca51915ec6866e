import { type Dep, everySet, replicasOf, type ReplicaSets, rolloutLimits, type Set, sumReplicas, sumStatus } from './replica-sets';

/** A set and the size it should have. */
export interface Scaling {
  readonly set: Set;
  readonly replicas: number;
}

/** The size of the set with the current template, within maxSurge. Pure. */
export function currentSetSize(deployment: Dep, sets: ReplicaSets): number {
  const wanted = replicasOf(deployment);
  const now = sets.current ? replicasOf(sets.current) : 0;
  if (deployment.spec.strategy?.type === 'Recreate') return wanted;
  if (now > wanted) return wanted;
  const room = wanted + rolloutLimits(deployment).surge - sumReplicas(everySet(sets));
  return room <= 0 ? now : now + Math.min(room, wanted - now);
}

/**
 * How far the old sets may shrink now: first pods that are not available anyway, then as many available ones as maxUnavailable lets go. Pure.
 * The two steps of upstream's reconcileOldReplicaSets in one plan.
 */
export function shrinkOldSets(deployment: Dep, sets: ReplicaSets): readonly Scaling[] {
  const all = everySet(sets);
  const minAvailable = replicasOf(deployment) - rolloutLimits(deployment).unavailable;
  const unavailableOfCurrent = sets.current ? replicasOf(sets.current) - (sets.current.status?.availableReplicas ?? 0) : 0;
  const most = sumReplicas(all) - minAvailable - unavailableOfCurrent;
  if (sumReplicas(sets.old) === 0 || most <= 0) return [];

  const sizes = new Map(sets.old.map((set) => [set, replicasOf(set)]));
  const shrink = (budget: number, available: (set: Set, size: number) => number) => {
    for (const [set, size] of sizes) {
      const step = Math.min(budget, available(set, size));
      if (step <= 0) continue;
      sizes.set(set, size - step);
      budget -= step;
    }
  };
  shrink(most, (set, size) => size - (set.status?.availableReplicas ?? 0));
  shrink(Math.min(sumStatus(all, 'availableReplicas') - minAvailable, remaining()), (_set, size) => size);
  return [...sizes].filter(([set, size]) => size !== replicasOf(set)).map(([set, replicas]) => ({ set, replicas }));

  function remaining(): number {
    return most - (sumReplicas(sets.old) - [...sizes.values()].reduce((sum, size) => sum + size, 0));
  }
}
