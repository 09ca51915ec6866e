import type { Deployment } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import { exclusiveClaimsOf } from '../../claims-of';
import { tryScaled } from '../../percentages';
import type { PodTemplate } from '../../pod-templates';
import { tryReplicasOf } from '../../replicas';
import type { Rule } from '../../rule';

const db = (strategy: string) => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: db }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db }
spec:
  replicas: 1${strategy}
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers: [{ name: db, image: postgres:15.4, volumeMounts: [{ name: data, mountPath: /var/lib/postgresql/data }] }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: db } }]
`;

/** A volume that one node can have, and two pods at the same time. */
export const sharedClaim: Rule = {
  id: 'shared-claim',
  severity: 'warning',
  summary: 'Several pods want a volume that only one node can have',
  why: 'A ReadWriteOnce volume is attached to one node. A second copy on another node waits for it in ContainerCreating, and so does the new pod of a rolling update, which waits for the old one, which waits for the new one. On the same node both write to the same files.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes',
  examples: { fails: db(''), passes: db('\n  strategy: { type: Recreate }') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const together = tryTogether(objects, template);
      if (!together) continue;
      for (const { claim, field } of exclusiveClaimsOf(objects, template)) {
        yield { object: template.object, field, message: `${claim.spec.accessModes?.join(', ')} claim ${claim.metadata.name} is used by ${together}`, fix: 'use a StatefulSet with volumeClaimTemplates, so that each copy has its own volume; or one copy and strategy.type: Recreate' };
      }
    }
  },
};

/** Why there is more than one pod at a time. */
function tryTogether(objects: CheckedObjects, template: PodTemplate): string | undefined {
  const replicas = tryReplicasOf(objects, template);
  if (!replicas) return undefined;
  if (replicas.atLeast > 1) return `${replicas.atLeast} copies`;
  const { strategy } = (template.object as unknown as DeepReadonly<Deployment>).spec;
  if (template.object.kind !== 'Deployment' || replicas.atLeast === 0 || strategy?.type === 'Recreate') return undefined;
  return tryScaled((strategy?.rollingUpdate?.maxSurge ?? '25%') as string | number, replicas.atLeast) === 0 ? undefined : 'the old and the new pod during a rolling update';
}
