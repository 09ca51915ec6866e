import type { CheckedObjects } from '../../checked-objects';
import { dangling, type Reference } from '../../dangling';
import type { Rule } from '../../rule';

const restored = (snapshot: string) => `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: { name: before-upgrade }
spec: { source: { persistentVolumeClaimName: db-data } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: restored }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
  dataSource: { apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: ${snapshot} }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: db-data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** A claim that is to be filled from a snapshot or claim which is not there, or a snapshot of no claim. */
export const dataSource: Rule = {
  id: 'data-source',
  severity: 'warning',
  summary: 'A volume is copied from something that is not there',
  why: 'The volume is not made, and the pods that use it stay Pending; or the snapshot never becomes ready, and a restore is tried only when it is needed.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/volume-snapshots/',
  examples: { fails: restored('before-update'), passes: restored('before-upgrade') },

  *check(objects) {
    for (const reference of references(objects)) yield* dangling(objects, [reference], [reference.kind]);
  },
};

function* references(objects: CheckedObjects): Generator<Reference> {
  for (const object of objects.ofKind('PersistentVolumeClaim')) {
    const { namespace } = object.metadata;
    for (const field of ['dataSource', 'dataSourceRef'] as const) {
      const source = object.spec?.[field];
      if (source) yield { object, field: `spec.${field}.name`, kind: source.kind, namespace: (source as { readonly namespace?: string }).namespace ?? namespace, name: source.name };
    }
  }
  for (const object of objects.all) {
    if (object.kind !== 'VolumeSnapshot') continue;
    const { source } = (object as unknown as { readonly spec?: { readonly source?: { readonly persistentVolumeClaimName?: string } } }).spec ?? {};
    if (source?.persistentVolumeClaimName) {
      yield { object, field: 'spec.source.persistentVolumeClaimName', kind: 'PersistentVolumeClaim', namespace: object.metadata.namespace, name: source.persistentVolumeClaimName };
    }
  }
}
