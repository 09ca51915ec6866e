import { tryOwnersOfOrphan } from './orphan-owners';
import { claim } from './claim';
import type { Controller } from './controller';
import { actOnReplicas, computeReplicaPlan, computeReplicaStatus, requeueForAvailability } from './replicas';
import { writeStatus } from './write-status';

/** As ReplicaSet, for the older kind whose selector is a map. Follows pkg/controller/replication of Kubernetes 1.28. */
export const replicationController: Controller = {
  name: 'replication-controller',

  watches: [
    { kind: 'ReplicationController', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'ReplicationController' },
    {
      kind: 'Pod',
      enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('ReplicationController', pod.metadata.namespace).map(({ metadata, spec }) => ({ metadata, spec: { selector: { matchLabels: spec.selector } } }))),
    },
  ],

  async sync(key, context) {
    const set = context.lister.tryGet('ReplicationController', key);
    if (!set) return context.expectations.forget(key);

    const ready = context.expectations.satisfied(key);
    const owned = await claim('Pod', set, { matchLabels: set.spec.selector ?? {} }, context);
    const plan = ready ? computeReplicaPlan(set, owned, owned, context.clock.now()) : { create: 0, remove: [] };
    const failure = await actOnReplicas(set, plan, context);
    await writeStatus(context.client, set, computeReplicaStatus(set, owned, failure && { reason: failure.reason, message: failure.message }, context.clock.now()));
    requeueForAvailability(set, owned, context);
    if (failure) throw failure.error;
  },
};
