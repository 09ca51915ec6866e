import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types';
import { isBoundTo, LOCAL_VOLUME_FINALIZER, nodeOfVolume } from '../../api/volume-binding';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { LOCAL_PROVISIONER, PROVISIONED_BY } from './provision';

const HOSTNAME = 'kubernetes.io/hostname';

type Volume = DeepReadonly<PersistentVolume>;

/** The phase of a volume by whether its claim is there. Undefined: stays as it is (reserved for a claim that is still to come). Pure. */
export function phaseOf(volume: Volume, claim: DeepReadonly<PersistentVolumeClaim> | undefined): 'Available' | 'Bound' | 'Released' {
  const { claimRef } = volume.spec;
  if (!claimRef?.uid) return 'Available';
  if (!claim || claim.metadata.uid !== claimRef.uid) return 'Released';
  return isBoundTo(volume, claim) && claim.spec.volumeName === volume.metadata.name ? 'Bound' : 'Available';
}

/** Shows what a volume is used for, and reclaims it when its claim is gone. Follows the volume half of pkg/controller/volume/persistentvolume of Kubernetes 1.28. */
export const persistentVolume: Controller = {
  name: 'persistentvolume-binder',

  watches: [
    { kind: 'PersistentVolume', enqueue: 'self' },
    { kind: 'Node', enqueue: (_node, { lister }, { type }) => (type === 'deleted' ? lister.list('PersistentVolume').filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? '') : []) },
    { kind: 'PersistentVolumeClaim', enqueue: ({ spec }) => (spec.volumeName ? [spec.volumeName] : []) },
    {
      kind: 'PersistentVolumeClaim', // a claim that was deleted before it was bound
      enqueue: ({ metadata }, { lister }, { type }) => (type === 'deleted'
        ? lister.list('PersistentVolume').filter(({ spec }) => spec.claimRef?.uid === metadata.uid).map((volume) => volume.metadata.name ?? '') : []),
    },
  ],

  async sync(name, context) {
    const { lister, client } = context;
    const volume = lister.tryGet('PersistentVolume', name);
    if (!volume) return;
    if (volume.metadata.deletionTimestamp) return release(volume, context);
    const reference = volume.spec.claimRef;
    const known = reference && lister.tryGet('PersistentVolumeClaim', `${reference.namespace}/${reference.name}`);
    // The claim may be newer than the informer; a volume is reclaimed only after the server says that it is gone.
    const claim = known ?? (reference?.uid ? await client.tryGet('PersistentVolumeClaim', { namespace: reference.namespace, name: reference.name ?? '' }) : undefined);
    const phase = phaseOf(volume, claim);
    if (volume.status?.phase === 'Failed' && phase === 'Released') return;
    if (volume.status?.phase !== phase) await writeStatus(client, volume, { ...volume.status, phase });
    if (phase === 'Released' && volume.spec.persistentVolumeReclaimPolicy === 'Delete') await reclaim(volume, context);
  },
};

/** The node removes the directory, whenever it is there to do so; then the object goes. */
async function reclaim(volume: Volume, { client }: ControllerContext): Promise<void> {
  const { name = '', annotations, uid } = volume.metadata;
  if (annotations?.[PROVISIONED_BY] !== LOCAL_PROVISIONER) return; // its own provisioner does it
  await client.tryDelete('PersistentVolume', { name }, { preconditions: { uid } });
}

/** Of a node that is gone for good nobody removes the directory. */
async function release(volume: Volume, { lister, client }: ControllerContext): Promise<void> {
  const { name = '', finalizers = [], resourceVersion } = volume.metadata;
  if (!finalizers.includes(LOCAL_VOLUME_FINALIZER)) return;
  if (lister.list('Node').some(({ metadata }) => (metadata.labels?.[HOSTNAME] ?? metadata.name) === nodeOfVolume(volume))) return;
  await client.patch('PersistentVolume', { name }, { metadata: { resourceVersion, finalizers: finalizers.filter((finalizer) => finalizer !== LOCAL_VOLUME_FINALIZER) } }, { type: 'merge' });
}
