import { tryOwnersOfOrphan } from './orphan-owners';
import { claim } from './claim';
import type { Controller } from './controller';
import { actOnReplicas, computeReplicaPlan, computeReplicaStatus, relatedPods, requeueForAvailability } from './replicas';
import { writeStatus } from './write-status';

/**
 * Keeps as many pods running as each ReplicaSet asks for.
 * Follows pkg/controller/replicaset of Kubernetes 1.28.
 */
export const replicaSet: Controller = {
  name: 'replicaset-controller',

  watches: [
    { kind: 'ReplicaSet', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'ReplicaSet' },
    { kind: 'Pod', enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('ReplicaSet', pod.metadata.namespace)) },
  ],

  /** Hundreds of pods change one after the other when a large set starts: their sum is what matters. */
  settle(key, { lister }) {
    const replicas = lister.tryGet('ReplicaSet', key)?.status?.replicas ?? 0;
    return replicas <= 100 ? 0 : Math.min(1000, replicas / 20);
  },

  async sync(key, context) {
    const set = context.lister.tryGet('ReplicaSet', key);
    if (!set) return context.expectations.forget(key);

    const ready = context.expectations.satisfied(key);
    const owned = await claim('Pod', set, set.spec.selector, context);
    const plan = ready ? computeReplicaPlan(set, owned, relatedPods(set, context), context.clock.now()) : { create: 0, remove: [] };
    const failure = await actOnReplicas(set, plan, context);
    await writeStatus(context.client, set, computeReplicaStatus(set, owned, failure && { reason: failure.reason, message: failure.message }, context.clock.now()));
    requeueForAvailability(set, owned, context);
    if (failure) throw failure.error;
  },
};
