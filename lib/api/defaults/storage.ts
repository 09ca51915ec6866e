import type { PersistentVolume, PersistentVolumeClaim, StorageClass, storage } from '../types';
import { roundResources } from './quantities';
import { setDefault, setIfEmpty } from './set-default';
import { defaultClaimSpec, defaultNetworkVolume } from './volume';

export function defaultPersistentVolume(volume: PersistentVolume): void {
  roundResources(volume.spec.capacity);
  defaultNetworkVolume(volume.spec as never);
  setIfEmpty(volume.spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(volume.spec, 'volumeMode', 'Filesystem');
  defaultPhase(volume);
}

export function defaultClaim(claim: PersistentVolumeClaim): void {
  defaultClaimSpec(claim.spec);
  roundResources(claim.status?.capacity);
  defaultPhase(claim);
}

function defaultPhase(object: { status?: { phase?: string } }): void {
  setIfEmpty((object.status ??= {}), 'phase', 'Pending');
}

export function defaultStorageClass(storageClass: StorageClass): void {
  setDefault(storageClass, 'reclaimPolicy', 'Delete');
  setDefault(storageClass, 'volumeBindingMode', 'Immediate');
}

export function defaultCsiDriver({ spec }: storage.CSIDriver): void {
  setDefault(spec, 'attachRequired', true);
  setDefault(spec, 'podInfoOnMount', false);
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
  setDefault(spec, 'storageCapacity', false);
  setDefault(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  setDefault(spec, 'requiresRepublish', false);
  setDefault(spec, 'seLinuxMount', false);
}
