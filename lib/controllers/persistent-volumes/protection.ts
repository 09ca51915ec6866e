import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodTerminated } from '../../api/pods';
import { isNotFound } from '../../api/status-error';
import type { Pod, Volume } from '../../api/types';
import { ephemeralClaimName } from '../../api/volume-binding';
import type { Controller, ControllerContext } from '../controller';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

/** A claim that a pod uses stays until the pod has ended. Follows pkg/controller/volume/pvcprotection of Kubernetes 1.28. */
export const claimProtection: Controller = {
  name: 'pvc-protection-controller',

  watches: [
    { kind: 'PersistentVolumeClaim', enqueue: 'self' },
    {
      kind: 'Pod',
      enqueue: (pod, _context, { type }) => (type === 'deleted' || isPodTerminated(pod)
        ? (pod.spec.volumes ?? []).map((volume) => claimNameOf(pod, volume)).flatMap((name) => (name ? [`${pod.metadata.namespace}/${name}`] : [])) : []),
    },
  ],

  async sync(key, context) {
    const claim = context.lister.tryGet('PersistentVolumeClaim', key);
    if (!claim) return;
    const finalizers = claim.metadata.finalizers ?? [];
    if (!claim.metadata.deletionTimestamp) {
      if (!finalizers.includes(CLAIM_FINALIZER)) await setFinalizers('PersistentVolumeClaim', claim.metadata, [...finalizers, CLAIM_FINALIZER], context);
      return;
    }
    if (!finalizers.includes(CLAIM_FINALIZER)) return;
    const uses = (pod: DeepReadonly<Pod>) => pod.spec.volumes?.some((volume) => claimNameOf(pod, volume) === claim.metadata.name);
    const inUse = context.lister.list('Pod', claim.metadata.namespace).some((pod) => pod.spec.nodeName && !isPodTerminated(pod) && uses(pod));
    if (!inUse) await setFinalizers('PersistentVolumeClaim', claim.metadata, finalizers.filter((finalizer) => finalizer !== CLAIM_FINALIZER), context);
  },
};

/** A volume that is bound stays until its claim is gone. Follows pkg/controller/volume/pvprotection of Kubernetes 1.28. */
export const volumeProtection: Controller = {
  name: 'pv-protection-controller',
  watches: [{ kind: 'PersistentVolume', enqueue: 'self' }],

  async sync(key, context) {
    const volume = context.lister.tryGet('PersistentVolume', key);
    if (!volume) return;
    const finalizers = volume.metadata.finalizers ?? [];
    const has = finalizers.includes(VOLUME_FINALIZER);
    if (!volume.metadata.deletionTimestamp && !has) await setFinalizers('PersistentVolume', volume.metadata, [...finalizers, VOLUME_FINALIZER], context);
    if (volume.metadata.deletionTimestamp && has && volume.status?.phase !== 'Bound') {
      await setFinalizers('PersistentVolume', volume.metadata, finalizers.filter((finalizer) => finalizer !== VOLUME_FINALIZER), context);
    }
  },
};

const claimNameOf = (pod: DeepReadonly<Pod>, volume: DeepReadonly<Volume>) => volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? ephemeralClaimName(pod, volume) : undefined);

type Metadata = { readonly namespace?: string; readonly name?: string; readonly uid?: string; readonly resourceVersion?: string };

async function setFinalizers(kind: 'PersistentVolume' | 'PersistentVolumeClaim', { namespace, name = '', uid, resourceVersion }: Metadata, finalizers: readonly string[], { client }: ControllerContext): Promise<void> {
  await client.patch(kind, { namespace, name }, { metadata: { finalizers, uid, resourceVersion } }, { type: 'merge' }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
