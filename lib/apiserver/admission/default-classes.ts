import type { Ingress, PersistentVolumeClaim } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../../api/types';
import type { AdmissionStep } from './admission-step';

const isDefault = (annotation: string) => (object: DeepReadonly<KubeObject>) => object.metadata.annotations?.[annotation] === 'true';

const STORAGE_DEFAULTS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** A claim that names no class gets the default one; of several the youngest, as in 1.28. */
export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',

  admit({ operation, resource, subresource, object, reader }) {
    if (operation !== 'CREATE' || resource.group !== '' || resource.resource !== 'persistentvolumeclaims' || subresource) return;
    const claim = object as PersistentVolumeClaim;
    if (claim.spec.storageClassName !== undefined || claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) return;
    const found = tryYoungest(reader.list('StorageClass').filter((item) => STORAGE_DEFAULTS.some((annotation) => isDefault(annotation)(item))));
    if (found) claim.spec.storageClassName = found.metadata.name;
  },
};

/** An Ingress that names no class gets the default one; of several the youngest, as in 1.28. */
export const defaultIngressClass: AdmissionStep = {
  name: 'DefaultIngressClass',

  admit({ operation, resource, subresource, object, reader }) {
    if (operation !== 'CREATE' || resource.group !== 'networking.k8s.io' || resource.resource !== 'ingresses' || subresource) return;
    const ingress = object as Ingress;
    if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
    const found = tryYoungest(reader.list('IngressClass').filter(isDefault('ingressclass.kubernetes.io/is-default-class')));
    if (found) ingress.spec = { ...ingress.spec, ingressClassName: found.metadata.name };
  },
};

/** Of those made in one second the first by name. */
function tryYoungest<T extends DeepReadonly<KubeObject>>(classes: readonly T[]): T | undefined {
  const byAge = (a: T, b: T) => String(b.metadata.creationTimestamp).localeCompare(String(a.metadata.creationTimestamp));
  return classes.toSorted((a, b) => byAge(a, b) || String(a.metadata.name).localeCompare(String(b.metadata.name)))[0];
}
