import { dangling } from '../../dangling';
import type { Rule } from '../../rule';

const pod = (claim: string) => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: db-data }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 1Gi } }
---
apiVersion: v1
kind: Pod
metadata: { name: db }
spec:
  containers: [{ name: db, image: postgres:15.4, volumeMounts: [{ name: data, mountPath: /var/lib/postgresql/data }] }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: ${claim} } }]
`;

/** A volume of a claim that nobody makes: the pod is never scheduled. */
export const danglingClaim: Rule = {
  id: 'dangling-claim',
  severity: 'warning',
  summary: 'A volume uses a PersistentVolumeClaim that is not there',
  why: 'The scheduler does not place the pod until the claim exists; it stays Pending.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes',
  examples: { fails: pod('data'), passes: pod('db-data') },

  *check(objects) {
    for (const { object, spec, path } of objects.podTemplates) {
      const { namespace } = object.metadata;
      const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }, index) => (persistentVolumeClaim
        ? [{ object, field: `${path}.volumes[${index}].persistentVolumeClaim.claimName`, kind: 'PersistentVolumeClaim', namespace, name: persistentVolumeClaim.claimName }] : []));
      yield* dangling(objects, claims, ['PersistentVolumeClaim']);
    }
  },
};
