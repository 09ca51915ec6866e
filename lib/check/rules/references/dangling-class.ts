import type { PersistentVolumeClaim } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import { dangling, type Reference } from '../../dangling';
import type { Rule } from '../../rule';

const claim = (name: string) => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: replicated }
provisioner: disks.example.com
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: db-data }
spec:
  storageClassName: ${name}
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
`;

/** The name of a class is nearly that of one among the manifests. Classes that are quite different come with the cluster. */
export const danglingClass: Rule = {
  id: 'dangling-class',
  severity: 'warning',
  summary: 'The name of a class is mistyped',
  why: 'A StorageClass that does not exist leaves the claim and its pods Pending; with a PriorityClass or RuntimeClass that does not exist the pods are refused; an Ingress of an unknown class is served by nobody.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/storage-classes/',
  examples: { fails: claim('replicted'), passes: claim('replicated') },

  check: (objects) => dangling(objects, references(objects), []),
};

function* references(objects: CheckedObjects): Generator<Reference> {
  const named = (object: Reference['object'], field: string, kind: string, name: string | undefined) => (name ? [{ object, field, kind, namespace: undefined, name }] : []);
  for (const { object, spec, path } of objects.podTemplates) {
    yield* named(object, `${path}.priorityClassName`, 'PriorityClass', spec.priorityClassName);
    yield* named(object, `${path}.runtimeClassName`, 'RuntimeClass', spec.runtimeClassName);
  }
  for (const object of objects.ofKind('PersistentVolumeClaim')) yield* named(object, 'spec.storageClassName', 'StorageClass', object.spec?.storageClassName);
  for (const object of objects.ofKind('StatefulSet')) {
    for (const [index, template] of ((object.spec?.volumeClaimTemplates ?? []) as readonly DeepReadonly<PersistentVolumeClaim>[]).entries()) {
      yield* named(object, `spec.volumeClaimTemplates[${index}].spec.storageClassName`, 'StorageClass', template.spec?.storageClassName);
    }
  }
  for (const object of objects.ofKind('Ingress')) yield* named(object, 'spec.ingressClassName', 'IngressClass', object.spec?.ingressClassName);
}
