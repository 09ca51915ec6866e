import { type Dep, everySet, MAX_REPLICAS, replicasOf, type ReplicaSets, rolloutLimits, type Set, sumReplicas } from './replica-sets';
import type { Scaling } from './rolling-update';

/**
 * The sizes after the Deployment itself was scaled (or while it is paused): one active set takes all; in the middle of a rolling update each set takes
 * its share, so that neither version loses more than the other. Pure. Follows `scale` of Kubernetes 1.28.
 */
export function scaleProportionally(deployment: Dep, sets: ReplicaSets): readonly Scaling[] {
  const wanted = replicasOf(deployment);
  const only = activeOrLatest(sets);
  if (only) return replicasOf(only) === wanted ? [] : [{ set: only, replicas: wanted }];
  if (isSaturated(deployment, sets.current)) return sets.old.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  if (deployment.spec.strategy?.type === 'Recreate') return [];

  const { surge } = rolloutLimits(deployment);
  const active = everySet(sets).filter((set) => replicasOf(set) > 0);
  const allowed = wanted > 0 ? wanted + surge : 0;
  const change = allowed - sumReplicas(active);
  const ordered = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || age(a, b) * (change > 0 ? -1 : 1));
  return distribute(deployment, ordered, change, wanted + surge);
}

function distribute(deployment: Dep, sets: readonly Set[], change: number, deploymentSize: number): readonly Scaling[] {
  let done = 0;
  const shares = sets.map((set) => {
    const share = change === 0 || replicasOf(set) === 0 ? 0 : fraction(deployment, set, deploymentSize);
    const taken = change > 0 ? Math.min(share, change - done) : Math.max(share, change - done);
    if (change !== 0) done += taken;
    return { set, replicas: replicasOf(set) + (change !== 0 ? taken : 0) };
  });
  // Rounding may leave something over: the biggest set takes it.
  return shares.map(({ set, replicas }, i) => ({ set, replicas: Math.max(0, i === 0 ? replicas + change - done : replicas) }));
}

function fraction(deployment: Dep, set: Set, deploymentSize: number): number {
  if (replicasOf(deployment) === 0) return -replicasOf(set);
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS]) || deployment.status?.replicas || deploymentSize;
  return Math.round((replicasOf(set) * deploymentSize) / before) - replicasOf(set);
}

const age = (a: Set, b: Set) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '');

function activeOrLatest(sets: ReplicaSets): Set | undefined {
  const active = everySet(sets).filter((set) => replicasOf(set) > 0);
  if (active.length > 1) return undefined;
  return active[0] ?? sets.current ?? sets.old.at(-1);
}

/** The current set has all its pods, and had been asked for all of them. */
function isSaturated(deployment: Dep, set: Set | undefined): boolean {
  const wanted = replicasOf(deployment);
  return set !== undefined && replicasOf(set) === wanted && Number(set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']) === wanted && set.status?.availableReplicas === wanted;
}
