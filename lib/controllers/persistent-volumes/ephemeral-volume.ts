import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isPodTerminated } from '../../api/pods';
import { isAlreadyExists } from '../../api/status-error';
import type { PersistentVolumeClaim, Pod, Volume } from '../../api/types';
import { ephemeralClaimName, isEphemeralClaimOf } from '../../api/volume-binding';
import type { Controller } from '../controller';

/** Makes the claims of generic ephemeral volumes; they are owned by their pods and go with them. Follows pkg/controller/volume/ephemeral of Kubernetes 1.28. */
export const ephemeralVolume: Controller = {
  name: 'ephemeral_volume',

  watches: [
    { kind: 'Pod', enqueue: (pod) => (pod.spec.volumes?.some(({ ephemeral }) => ephemeral) ? [keyOf(pod)] : []) },
    { kind: 'PersistentVolumeClaim', enqueue: ({ metadata }) => (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ name }) => `${metadata.namespace}/${name}`) },
  ],

  async sync(key, { lister, client, events }) {
    const pod = lister.tryGet('Pod', key);
    if (!pod || pod.metadata.deletionTimestamp || isPodTerminated(pod)) return;
    for (const volume of pod.spec.volumes ?? []) {
      if (!volume.ephemeral?.volumeClaimTemplate) continue;
      const name = ephemeralClaimName(pod, volume);
      const claim = lister.tryGet('PersistentVolumeClaim', { namespace: pod.metadata.namespace, name });
      if (claim && !isEphemeralClaimOf(claim, pod)) throw new Error(`PVC ${pod.metadata.namespace}/${name} was not created for pod ${key} (pod is not owner)`);
      if (claim) continue;
      try {
        await client.create(claimFor(pod, volume));
      } catch (error) {
        if (isAlreadyExists(error)) continue;
        events.warning(pod, 'FailedCreate', `ephemeral volume "${volume.name}": create PVC ${name}: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    }
  },
};

/** Pure. */
export function claimFor(pod: DeepReadonly<Pod>, volume: DeepReadonly<Volume>): DeepReadonly<PersistentVolumeClaim> {
  const { metadata, spec } = volume.ephemeral?.volumeClaimTemplate ?? { spec: {} };
  const { name = '', namespace, uid = '' } = pod.metadata;
  return {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim',
    metadata: {
      name: ephemeralClaimName(pod, volume), namespace, labels: metadata?.labels, annotations: metadata?.annotations,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec,
  };
}
