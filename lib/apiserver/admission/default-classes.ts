import type { Ingress, PersistentVolumeClaim } from '../../api/types';
import { forbidden } from '../../api/status-error';
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
    const [found] = reader.list('StorageClass').filter((item) => STORAGE_DEFAULTS.some((annotation) => isDefault(annotation)(item)))
      .toSorted((a, b) => String(b.metadata.creationTimestamp).localeCompare(String(a.metadata.creationTimestamp)) ||
        String(a.metadata.name).localeCompare(String(b.metadata.name)));
    if (found) claim.spec.storageClassName = found.metadata.name;
  },
};

/** An Ingress that names no class gets the default one; two defaults are refused. */
export const defaultIngressClass: AdmissionStep = {
  name: 'DefaultIngressClass',

  admit({ operation, resource, subresource, name, object, reader }) {
    if (operation !== 'CREATE' || resource.group !== 'networking.k8s.io' || resource.resource !== 'ingresses' || subresource) return;
    const ingress = object as Ingress;
    if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
    const found = reader.list('IngressClass').filter(isDefault('ingressclass.kubernetes.io/is-default-class'));
    if (found.length > 1) throw forbidden(resource, name, `${found.length} default IngressClasses were found, only 1 allowed`);
    if (found.length === 1) ingress.spec.ingressClassName = found[0].metadata.name;
  },
};
