import type { AdmissionStep } from './admission-step';

const FINALIZERS: Readonly<Record<string, string>> = { persistentvolumes: 'kubernetes.io/pv-protection', persistentvolumeclaims: 'kubernetes.io/pvc-protection' };

/** Volumes and claims are not removed while something uses them: the finalizers that the protection controllers take off. */
export const storageObjectInUseProtection: AdmissionStep = {
  name: 'StorageObjectInUseProtection',

  admit({ operation, resource, subresource, object }) {
    const finalizer = resource.group === '' ? FINALIZERS[resource.resource] : undefined;
    if (operation !== 'CREATE' || subresource || !finalizer || !object || object.metadata.finalizers?.includes(finalizer)) return;
    object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  },
};
