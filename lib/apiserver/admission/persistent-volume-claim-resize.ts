import { parseQuantity } from '../../api/quantity';
import { forbidden } from '../../api/status-error';
import type { PersistentVolumeClaim } from '../../api/types';
import type { AdmissionStep } from './admission-step';

/** A bound claim grows only where its class allows it. */
export const persistentVolumeClaimResize: AdmissionStep = {
  name: 'PersistentVolumeClaimResize',

  validate({ operation, resource, subresource, name, object, oldObject, reader }) {
    if (operation !== 'UPDATE' || resource.group !== '' || resource.resource !== 'persistentvolumeclaims' || subresource) return;
    const claim = object as PersistentVolumeClaim;
    const old = oldObject as PersistentVolumeClaim;
    if (storageOf(claim) <= storageOf(old) || old.status?.phase !== 'Bound') return;
    const className = claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec.storageClassName;
    if (className && reader.tryGet('StorageClass', { name: className })?.allowVolumeExpansion) return;
    throw forbidden(resource, name, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  },
};

const storageOf = ({ spec }: PersistentVolumeClaim) => parseQuantity(spec.resources?.requests?.storage ?? '0');
